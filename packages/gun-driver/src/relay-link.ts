import { type Backoff, backoffDelay } from "./backoff.ts";
import type { Clock, Random } from "./clock.ts";
import type { EnginePeer } from "./gun-types.ts";
import type { IdSource } from "./id-source.ts";
import { LinkDoubt } from "./link-doubt.ts";
import type { Dial, TextSocket } from "./socket.ts";

export interface LinkTimes {
  /** How long a dial may take, in milliseconds. */
  readonly dialTimeoutMs: number;
  /** A link silent for this long is asked for a sign of life; silent for two and a half times as long, it is dropped. */
  readonly heartbeatMs: number;
  readonly backoff: Backoff;
}

export interface LinkEvents {
  onUp(peer: EnginePeer): void;
  onDown(peer: EnginePeer, why: string): void;
  /** A dial failed; the next one follows by itself. */
  onFailed(why: string): void;
  onText(text: unknown, peer: EnginePeer): void;
}

export interface LinkParts {
  readonly url: string;
  readonly dial: Dial;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: IdSource;
  readonly times: LinkTimes;
  readonly events: LinkEvents;
}

/** How long a relay may take to answer once this process has slept or its network came back, in milliseconds. */
const wakeMs = 2_000;
/** How long a socket may take to close in order. */
const closeMs = 500;

/** One relay, dialled again and again until `close`. Each dial is a new peer for Gun. */
export class RelayLink {
  readonly #parts: LinkParts;
  readonly #doubt: LinkDoubt;
  #socket: TextSocket | undefined;
  /** Dialled while the link is in doubt. */
  #beside: TextSocket | undefined;
  #peer: EnginePeer | undefined;
  #timer: Disposable | undefined;
  #failures = 0;
  #heardAt = 0;
  #answered = false;
  #running = false;

  constructor(parts: LinkParts) {
    this.#parts = parts;
    this.#doubt = new LinkDoubt({
      clock: parts.clock,
      ask: () => this.#askAlive(),
      dialBeside: () => {
        this.#giveUpBeside();
        this.#beside = this.#socketTo();
      },
      giveUpBeside: () => this.#giveUpBeside(),
    });
  }

  /** The relay as Gun's peer while the link is up. */
  get peer(): EnginePeer | undefined {
    return this.#peer;
  }

  get bufferedBytes(): number {
    return this.#socket?.bufferedBytes ?? 0;
  }

  open(): void {
    if (this.#running) return;
    this.#running = true;
    this.#dial();
  }

  /** Resolves when the socket is gone, cut off where it does not close in time. Twice is harmless. */
  async close(): Promise<void> {
    const socket = this.#socket;
    this.#running = false;
    this.#drop("closed here");
    if (!socket) return;
    const cut = this.#parts.clock.timer(closeMs, () => socket.abort());
    await socket.gone;
    cut[Symbol.dispose]();
  }

  /** The process slept, or the network changed: a link that stands must answer soon; one that waits, or was dialled before, is dialled at once. */
  woke(): void {
    if (!this.#running) return;
    if (this.#peer === undefined) {
      this.#drop("dialled anew");
      return this.#dial();
    }
    this.#heardAt = this.#parts.clock.now();
    this.#answered = false;
    this.#doubt.woke();
    this.#askAlive();
    this.#arm(
      this.#parts.clock.timer(wakeMs, () => (this.#answered ? this.#watch() : this.#fail("no answer after waking"))),
    );
  }

  #askAlive(): void {
    this.#peer?.say(JSON.stringify({ "#": this.#parts.ids.next(), dam: "?" }));
  }

  #dial(): void {
    const { clock, times } = this.#parts;
    this.#socket = this.#socketTo();
    this.#arm(clock.timer(times.dialTimeoutMs, () => this.#fail(`no answer in ${times.dialTimeoutMs} ms`)));
  }

  /** Each socket's events count only while it is one of the link's own: a late close must not end its successor. */
  #socketTo(): TextSocket {
    const { dial, url } = this.#parts;
    const socket: TextSocket = dial(url, {
      onOpen: () => {
        if (this.#beside === socket) this.#moveTo(socket);
        else if (this.#socket === socket) this.#up(socket);
      },
      onText: (text) => this.#socket === socket && this.#heard(text),
      onClose: (why) => {
        if (this.#beside === socket) this.#beside = undefined;
        else if (this.#socket === socket) this.#fail(why);
      },
    });
    return socket;
  }

  /** The one that carried until now is silent. */
  #moveTo(socket: TextSocket): void {
    this.#beside = undefined;
    this.#doubt.moved();
    this.#drop("silent; another socket takes its place");
    // Who hears of it may close the link.
    if (!this.#running) return socket.abort();
    this.#socket = socket;
    this.#up(socket);
  }

  #giveUpBeside(): void {
    const beside = this.#beside;
    this.#beside = undefined;
    beside?.abort();
  }

  #up(socket: TextSocket): void {
    this.#failures = 0;
    const peer: EnginePeer = {
      id: this.#parts.ids.next(),
      wire: {},
      say: (raw) => {
        socket.send(raw);
        if (this.#socket === socket) this.#doubt.said();
      },
      bye: () => undefined,
    };
    this.#peer = peer;
    this.#heardAt = this.#parts.clock.now();
    this.#watch();
    this.#parts.events.onUp(peer);
  }

  #heard(text: unknown): void {
    this.#heardAt = this.#parts.clock.now();
    this.#answered = true;
    this.#doubt.heard();
    if (this.#peer) this.#parts.events.onText(text, this.#peer);
  }

  #watch(): void {
    const { clock, times } = this.#parts;
    const askedAt = clock.now();
    this.#arm(
      clock.timer(times.heartbeatMs, () => {
        const late = clock.now() - askedAt - times.heartbeatMs;
        // A process that slept itself cannot blame the relay for its silence.
        if (late > times.heartbeatMs / 2) this.#heardAt += late;
        const silence = clock.now() - this.#heardAt;
        if (silence >= times.heartbeatMs * 2.5) return this.#fail(`silent for ${Math.round(silence)} ms`);
        if (silence >= times.heartbeatMs) this.#askAlive();
        this.#watch();
      }),
    );
  }

  #fail(why: string): void {
    if (!this.#running) return;
    const wasUp = this.#drop(why);
    this.#failures += 1;
    const { clock, random, times, events } = this.#parts;
    this.#arm(clock.timer(backoffDelay(times.backoff, this.#failures, random.float()), () => this.#dial()));
    if (!wasUp) events.onFailed(why);
  }

  #drop(why: string): boolean {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.#doubt.end();
    this.#giveUpBeside();
    const socket = this.#socket;
    const peer = this.#peer;
    this.#socket = undefined;
    this.#peer = undefined;
    if (this.#running) socket?.abort();
    else socket?.close();
    if (peer) this.#parts.events.onDown(peer, why);
    return peer !== undefined;
  }

  #arm(timer: Disposable): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = timer;
  }
}
