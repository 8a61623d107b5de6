import { type Backoff, backoffDelay } from "./backoff.ts";
import type { Clock, Random } from "./clock.ts";
import type { EnginePeer } from "./gun-types.ts";
import type { IdSource } from "./id-source.ts";
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
  #socket: TextSocket | undefined;
  #peer: EnginePeer | undefined;
  #timer: Disposable | undefined;
  #failures = 0;
  #heardAt = 0;
  #answered = false;
  #running = false;

  constructor(parts: LinkParts) {
    this.#parts = parts;
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
    this.#askAlive();
    this.#arm(
      this.#parts.clock.timer(wakeMs, () => (this.#answered ? this.#watch() : this.#fail("no answer after waking"))),
    );
  }

  #askAlive(): void {
    this.#peer?.say(JSON.stringify({ "#": this.#parts.ids.next(), dam: "?" }));
  }

  #dial(): void {
    const { clock, dial, url, times } = this.#parts;
    // Each socket's events count only while it is the link's own: a late close must not end its successor.
    const mine = (): boolean => this.#socket === socket;
    const socket: TextSocket = dial(url, {
      onOpen: () => mine() && this.#up(socket),
      onText: (text) => mine() && this.#heard(text),
      onClose: (why) => mine() && this.#fail(why),
    });
    this.#socket = socket;
    this.#arm(clock.timer(times.dialTimeoutMs, () => this.#fail(`no answer in ${times.dialTimeoutMs} ms`)));
  }

  #up(socket: TextSocket): void {
    this.#failures = 0;
    const peer: EnginePeer = {
      id: this.#parts.ids.next(),
      wire: {},
      say: (raw) => socket.send(raw),
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
