import {
  type Announcement,
  type DiscoverySource,
  EventEmitter,
  type PeerId,
  peerIdOf,
  type Sighting,
  type SignalOptions,
  type Store,
  type Target,
} from "@swarm-space/core";
import { SeededRandom, VirtualClock } from "@swarm-space/testkit";
import { type DiscoveryConfig, discoveryConfig } from "../src/discovery-config.ts";
import { makeRoom, type Room } from "../src/room.ts";
import { allSafeguards, type Safeguards } from "../src/safeguards.ts";

/** The nth peer of a test. */
export function peerOf(n: number): PeerId {
  const key = new Uint8Array(32).fill(7);
  new DataView(key.buffer).setUint32(0, n);
  return peerIdOf(key);
}

/** A sighting of the nth peer, in a public range of its own unless told otherwise. */
export function sightingOf(
  n: number,
  host = `${20 + (n >> 8)}.${n & 255}.1.${1 + (n % 250)}`,
): Omit<Sighting, "source"> {
  return { peer: peerOf(n), addresses: [{ transport: "direct", value: `${host}:4000` }] };
}

/** A source whose words the test says. Undefined words: it hangs. */
export class ToldSource implements DiscoverySource {
  readonly id: string;
  readonly asked: number[] = [];
  readonly announced: Announcement[] = [];
  readonly #clock: VirtualClock;
  readonly #words: readonly unknown[];
  readonly #everyMs: number;

  constructor(id: string, clock: VirtualClock, words: readonly unknown[] = [], everyMs = 0) {
    this.#everyMs = everyMs;
    this.id = id;
    this.#clock = clock;
    this.#words = words;
  }

  async *discover({ signal }: SignalOptions): AsyncGenerator<Sighting, void> {
    this.asked.push(this.#clock.now());
    for (const word of this.#words) {
      yield word as Sighting;
      if (this.#everyMs > 0) await new Promise<void>((resolve) => this.#clock.timer(this.#everyMs, resolve));
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => resolve(), { once: true });
    await promise;
  }
}

export interface StageOptions {
  readonly options?: DiscoveryConfig;
  readonly off?: Partial<Safeguards>;
  readonly sources?: (clock: VirtualClock) => readonly DiscoverySource[];
  readonly store?: Store;
  readonly seed?: string;
  readonly clock?: VirtualClock;
  readonly transports?: readonly string[];
}

/** The plugin's room with the kernel's part played by the test. */
export class RoomStage {
  readonly clock: VirtualClock;
  readonly events = new EventEmitter();
  readonly room: Room;
  readonly taken: Sighting[] = [];
  readonly #stop = new AbortController();
  #ended: Promise<void> | undefined;

  constructor({ options, off, sources, store, seed = "1", clock, transports = ["direct"] }: StageOptions = {}) {
    this.clock = clock ?? new VirtualClock();
    this.room = makeRoom(
      {
        settings: discoveryConfig.parse({ bootstrap: [], ...options }),
        self: peerOf(999_999),
        clock: this.clock,
        random: new SeededRandom(seed),
        events: this.events,
        log: { debug() {}, info() {}, warn() {}, error() {} },
        sources: sources?.(this.clock) ?? [],
        transports: transports.map((id) => ({ id })),
        store,
      },
      { ...allSafeguards, ...off },
    );
  }

  async start(): Promise<this> {
    await this.room.handle.start?.({ signal: this.#stop.signal });
    this.#ended = this.room.discovery.look(
      (sighting) => {
        this.taken.push(sighting);
        return true;
      },
      { signal: this.#stop.signal },
    );
    return this;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
    await this.room.handle.stop?.({ signal: new AbortController().signal });
  }

  connect(peer: PeerId, inbound = false): void {
    this.events.emit("peer:connect", { peer });
    this.events.emit("connection:open", { peer, transport: "direct", road: "lane", inbound });
  }

  disconnect(peer: PeerId): void {
    this.events.emit("peer:disconnect", { peer });
  }

  fail(peer: string, code = "DIAL_FAILED"): void {
    this.events.emit("dial:failed", { peer, transport: "direct", code, detail: "told by the test" });
  }

  wanted(): (string | undefined)[] {
    return [...this.room.dialer.wanted()].map(({ peer, addresses }: Target) => peer ?? addresses[0]?.value);
  }

  /** The first of those who are wanted at the next change. */
  nextWanted(): Promise<string | undefined> {
    return new Promise((resolve) => {
      const undo = this.room.dialer.onChange(() => {
        undo();
        resolve(this.wanted()[0]);
      });
    });
  }

  source(id: string) {
    return this.room.discovery.status().sources.find((each) => each.id === id);
  }
}
