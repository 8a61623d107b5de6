import type { Backoff } from "./backoff.ts";
import type { Clock, Random } from "./clock.ts";
import { Engine } from "./engine.ts";
import { type GraphItem, putText } from "./frame.ts";
import { clientLimits, createGuard, type FrameGuard } from "./guard.ts";
import type { EnginePeer } from "./gun-types.ts";
import { IdSource } from "./id-source.ts";
import { PendingKeeps } from "./pending-keeps.ts";
import { RelayLink } from "./relay-link.ts";
import { normalizeRelayUrl } from "./relay-url.ts";
import { type Dial, webSocketDial } from "./socket.ts";
import { type HearingOptions, Subscriptions } from "./subscriptions.ts";

export interface GunClientOptions {
  /** Relays as `ws:`, `wss:`, `http:` or `https:` URLs. What is no URL is refused with a TypeError. */
  readonly relays: readonly string[];
  readonly clock: Clock;
  readonly random: Random;
  /** How sockets are made. Default: the environment's own WebSocket. */
  readonly dial?: Dial;
  /** Relays reached otherwise than by `dial`, by URL as `normalizeRelayUrl` spells it: one in this process, say. */
  readonly dialOf?: ReadonlyMap<string, Dial>;
  /** Default 5,000 ms. */
  readonly dialTimeoutMs?: number;
  /** Default 10,000 ms. */
  readonly heartbeatMs?: number;
  /** Default 200 ms doubling to 5,000 ms, full jitter. */
  readonly backoff?: Backoff;
  /** Keys remembered per soul to give each once. Default 8,192. */
  readonly seenKeys?: number;
}

/** How one relay fares. */
export interface RelayStatus {
  readonly url: string;
  readonly up: boolean;
  /** Why it is not up. */
  readonly lastError: string | undefined;
}

export interface ClientStats {
  readonly received: number;
  readonly rejected: number;
  /** Puts for souls that nobody here asked for. */
  readonly foreign: number;
  /** What Gun or a listener threw. */
  readonly errors: number;
}

/** A key that arrived, and by which relay. */
export type GunItem = GraphItem & { readonly relay: string };

/** Gun over several relays: dialled, guarded, resubscribed and closed here. Made by `createGunClient`. */
export interface GunClient {
  /** Begins to dial every relay, for ever. Again after `close` is allowed. */
  open(): void;
  /** Ends every link and timer; resolves when the sockets are gone. Subscriptions stay for the next `open`. Twice is harmless. */
  close(): Promise<void>;
  /** Asks every relay whether it is there, and dials those that are away at once: after a sleep of the process, or another network. */
  woke(): void;
  relays(): readonly RelayStatus[];
  isUp(relay: string): boolean;
  /** Bytes that wait in the relay's socket. */
  bufferedBytes(relay: string): number;
  /** Calls `listener` at each change of a relay. Returns its unsubscribe. */
  onRelay(listener: (status: RelayStatus) => void): () => void;
  /**
   * Hears each key put under the soul, once per key and state; asked for anew whenever a relay comes up.
   * @param relay only on this relay; default: on all
   * @param repeats whether it hears of a key again that another relay gives, or the same one after a reconnection
   * @returns the unsubscribe
   * @throws RangeError beyond 4,096 souls
   */
  subscribe(soul: string, listener: (item: GunItem) => void, relay?: string, repeats?: boolean): () => void;
  /**
   * Puts keys of one soul through one relay: value as text of at most 32 KiB, or null for a tombstone.
   * State 1 for what is written once, 2 for its tombstone; a state may not lie ahead of the clock.
   * @returns false when the relay is away: nothing was sent
   */
  put(relay: string, soul: string, items: readonly Omit<GraphItem, "soul">[]): boolean;
  /**
   * As `put` of one key; resolves when the relay says that it keeps it. Rejects with the signal's reason, with
   * `RelayRefusal` when the relay says that it does not, with an Error when it goes away.
   */
  keep(relay: string, soul: string, item: Omit<GraphItem, "soul">, o: { readonly signal: AbortSignal }): Promise<void>;
  readonly stats: ClientStats;
}

/** Makes a client. Does nothing until `open`. */
export function createGunClient(options: GunClientOptions): GunClient {
  return new GuardedClient(options, createGuard(clientLimits));
}

/** How a relay is dialled. */
export type RelayDialing = Pick<GunClientOptions, "dial" | "dialOf" | "backoff">;

/** The client with its guard as a part: tests alone hand in another guard. Relays may come and go. */
export class GuardedClient implements GunClient {
  readonly #options: GunClientOptions;
  readonly #guard: FrameGuard;
  readonly #ids: IdSource;
  readonly #links = new Map<string, { readonly link: RelayLink; lastError: string | undefined }>();
  readonly #subscriptions: Subscriptions;
  readonly #keeps = new PendingKeeps();
  readonly #listeners = new Set<(status: RelayStatus) => void>();
  readonly #relayOf = new WeakMap<EnginePeer, string>();
  readonly #counts = { received: 0, rejected: 0, foreign: 0, errors: 0 };
  readonly #unflushed = new Set<EnginePeer>();
  #engine: Engine | undefined;

  constructor(options: GunClientOptions, guard: FrameGuard) {
    this.#options = options;
    this.#guard = guard;
    this.#ids = new IdSource(options.random);
    this.#subscriptions = new Subscriptions(() => this.#failed());
    for (const text of options.relays) {
      const url = normalizeRelayUrl(text);
      if (url === undefined) throw new TypeError(`not the URL of a relay: ${text}`);
      this.addRelay(url, options);
    }
  }

  /** Dials one more, by its normalized URL. One that is there already stays as it is. */
  addRelay(url: string, dialing: RelayDialing): void {
    if (this.#links.has(url)) return;
    const link = this.#makeLink(url, dialing);
    this.#links.set(url, { link, lastError: "not yet dialled" });
    if (this.#engine) link.open();
  }

  /** Resolves when its socket is gone. What was put before still leaves. */
  async removeRelay(url: string): Promise<void> {
    this.flush();
    const gone = this.#links.get(url)?.link.close();
    this.#links.delete(url);
    await gone;
  }

  get stats(): ClientStats {
    return { ...this.#counts };
  }

  open(): void {
    if (this.#engine) return;
    this.#engine = new Engine({
      clock: this.#options.clock,
      random: this.#options.random,
      onItem: (item, via) => this.#take(item, via),
      onRoute: () => undefined,
      onError: () => this.#failed(),
    });
    for (const { link } of this.#links.values()) link.open();
  }

  async close(): Promise<void> {
    this.flush();
    const gone = [...this.#links.values()].map(({ link }) => link.close());
    this.#engine?.end();
    this.#engine = undefined;
    this.#keeps.rejectAll();
    await Promise.all(gone);
  }

  woke(): void {
    if (this.#engine) for (const { link } of this.#links.values()) link.woke();
  }

  relays(): readonly RelayStatus[] {
    return [...this.#links.keys()].map((url) => this.#statusOf(url));
  }

  isUp(relay: string): boolean {
    return this.#links.get(relay)?.link.peer !== undefined;
  }

  bufferedBytes(relay: string): number {
    return this.#links.get(relay)?.link.bufferedBytes ?? 0;
  }

  onRelay(listener: (status: RelayStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  subscribe(soul: string, listener: (item: GunItem) => void, relay?: string, repeats = false): () => void {
    const relays = relay === undefined ? undefined : new Set([relay]);
    return this.listen(soul, listener, { relays, repeats, seenKeys: this.#options.seenKeys });
  }

  /** As `subscribe`, on some of the relays. */
  listen(soul: string, listener: (item: GunItem) => void, options: HearingOptions): () => void {
    const { relays } = options;
    const end = this.#subscriptions.add(soul, listener, options);
    for (const [url, { link }] of this.#links) {
      if (link.peer && (relays === undefined || relays.has(url))) this.#ask(soul, link.peer);
    }
    return end;
  }

  put(relay: string, soul: string, items: readonly Omit<GraphItem, "soul">[]): boolean {
    const id = this.#ids.next();
    return this.#say(relay, id, putText(id, soul, items));
  }

  keep(relay: string, soul: string, item: Omit<GraphItem, "soul">, o: { readonly signal: AbortSignal }): Promise<void> {
    const id = this.#ids.next();
    return this.#keeps.start(id, relay, o.signal, () => this.#say(relay, id, putText(id, soul, [item], true)));
  }

  #say(relay: string, id: string, text: string): boolean {
    const peer = this.#links.get(relay)?.link.peer;
    if (!peer || !this.#engine) return false;
    this.#engine.say(id, text, peer);
    if (this.#unflushed.size === 0) queueMicrotask(() => this.flush());
    this.#unflushed.add(peer);
    return true;
  }

  /** What was put in one turn leaves in as few frames as Gun makes of it, and at once. */
  flush(): void {
    for (const peer of this.#unflushed) this.#engine?.flush(peer);
    this.#unflushed.clear();
  }

  #ask(soul: string, peer: EnginePeer): void {
    const id = this.#ids.next();
    this.#engine?.say(id, JSON.stringify({ "#": id, get: { "#": soul } }), peer);
  }

  #makeLink(url: string, { dial = webSocketDial(), dialOf, backoff }: RelayDialing): RelayLink {
    const { clock, random } = this.#options;
    return new RelayLink({
      url,
      dial: dialOf?.get(url) ?? dial,
      clock,
      random,
      ids: this.#ids,
      times: {
        dialTimeoutMs: this.#options.dialTimeoutMs ?? 5_000,
        heartbeatMs: this.#options.heartbeatMs ?? 10_000,
        backoff: backoff ?? { baseMs: 200, capMs: 5_000 },
      },
      events: {
        onUp: (peer) => {
          this.#relayOf.set(peer, url);
          this.#engine?.hi(peer);
          for (const soul of this.#subscriptions.soulsOf(url)) this.#ask(soul, peer);
          this.#tell(url, undefined);
        },
        onDown: (peer, why) => {
          this.#engine?.bye(peer);
          this.#keeps.reject(url);
          this.#tell(url, why);
        },
        onFailed: (why) => this.#tell(url, why),
        onText: (text, peer) => this.#hear(text, peer, url),
      },
    });
  }

  #hear(text: unknown, peer: EnginePeer, url: string): void {
    const { accepted, rejected } = this.#guard(text, this.#options.clock.wall());
    this.#counts.rejected += rejected.length;
    for (const message of accepted) {
      const answers = message["@"];
      if (!message.put) {
        if (answers !== undefined) this.#keeps.settle(answers, url, message);
      } else if (Object.keys(message.put).some((soul) => this.#subscriptions.wants(soul, url))) {
        this.#engine?.hear(message, peer);
      } else this.#counts.foreign += 1;
    }
  }

  #take(item: GraphItem, via: EnginePeer | undefined): void {
    // What was heard is handed on and not kept: this client answers no questions of others.
    this.#engine?.forget(item.soul, item.key, true);
    const relay = via && this.#relayOf.get(via);
    if (relay === undefined) return;
    if (this.#subscriptions.deliver({ ...item, relay })) this.#counts.received += 1;
  }

  #tell(url: string, lastError: string | undefined): void {
    const entry = this.#links.get(url);
    if (entry) entry.lastError = lastError;
    for (const listener of [...this.#listeners]) {
      try {
        listener(this.#statusOf(url));
      } catch {
        this.#failed();
      }
    }
  }

  #statusOf(url: string): RelayStatus {
    const entry = this.#links.get(url);
    const up = entry?.link.peer !== undefined;
    return { url, up, lastError: up ? undefined : entry?.lastError };
  }

  #failed(): void {
    this.#counts.errors += 1;
  }
}
