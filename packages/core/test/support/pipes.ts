import * as z from "zod";
import { definePlugin, type PluginUse, use } from "../../src/assembly/define-plugin.ts";
import { replaceRoom } from "../../src/assembly/replacement.ts";
import { roomPorts } from "../../src/assembly/room-ports.ts";
import { SwarmError } from "../../src/errors/index.ts";
import type { PeerId } from "../../src/ports/identity.ts";
import { ports } from "../../src/ports/ports.ts";
import type {
  Address,
  CloseReason,
  Connection,
  RoadCapabilities,
  SignalOptions,
  Target,
  Transport,
  TransportState,
} from "../../src/ports/transport.ts";
import { identityFromSecret } from "../../src/security/identity.ts";
import { createSwarm, type SwarmOptions } from "../../src/swarm/create-swarm.ts";
import type { Swarm } from "../../src/swarm/swarm.ts";
import { silentNetwork } from "../../src/system/network-signal.ts";
import { HandClock, settle } from "../hand-clock.ts";

/** What the pipes of one transport do. Read at each use. */
export interface PipeTricks {
  /** Frames of this sender vanish. */
  swallow?: (from: string) => boolean;
  dial?: "refuse" | "absent" | "hang" | "deaf";
  open?: "hang";
  /** Frames wait in the pipe until the trick is gone. */
  stall?: boolean;
  /** What ties connections to their signalling. */
  binding?: Uint8Array;
}

/** One end of a pipe in this process. */
export class PipeEnd implements Connection {
  readonly transport: string;
  readonly road: string;
  readonly rendezvous?: string;
  readonly capabilities: RoadCapabilities = { direct: true, maxFrameBytes: 16_384, latencyClassMs: 1 };
  readonly remote: string;
  readonly binding?: Uint8Array;
  readonly closed: Promise<CloseReason>;
  other: PipeEnd | undefined;
  bufferedBytes = 0;
  readonly #works: PipeWorks;
  readonly #own: string;
  readonly #settle: (reason: CloseReason) => void;
  readonly #early: Uint8Array[] = [];
  #reader: ((frame: Uint8Array) => void) | undefined;
  over = false;

  constructor(works: PipeWorks, own: string, remote: string, rendezvous?: string, road = "pipe") {
    this.#works = works;
    this.road = road;
    this.transport = works.id;
    if (rendezvous !== undefined) this.rendezvous = rendezvous;
    this.#own = own;
    this.remote = remote;
    if (works.tricks.binding) this.binding = works.tricks.binding;
    const { promise, resolve } = Promise.withResolvers<CloseReason>();
    this.closed = promise;
    this.#settle = resolve;
    works.ends.add(this);
  }

  send(frame: Uint8Array): boolean {
    if (this.over) throw new SwarmError("CONNECTION_CLOSED", "the pipe is closed");
    const { tricks } = this.#works;
    if (tricks.swallow?.(this.#own)) return true;
    if (tricks.stall) {
      this.bufferedBytes += frame.length;
      this.#works.stalled.push(() => {
        this.bufferedBytes -= frame.length;
        this.other?.take(frame);
      });
      return this.bufferedBytes < 65_536;
    }
    queueMicrotask(() => this.other?.take(frame));
    return true;
  }

  drained(o: SignalOptions): Promise<void> {
    if (this.bufferedBytes < 65_536 || this.over) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#works.drains.push(resolve);
      void this.closed.then(() => resolve());
      o.signal.addEventListener("abort", () => reject(o.signal.reason), { once: true });
    });
  }

  read(onFrame: (frame: Uint8Array) => void): void {
    queueMicrotask(() => {
      this.#reader = onFrame;
      for (const frame of this.#early.splice(0)) onFrame(frame);
    });
  }

  take(frame: Uint8Array): void {
    if (this.over) return;
    if (this.#reader === undefined) this.#early.push(frame);
    else this.#reader(frame);
  }

  async close(detail = "closed"): Promise<void> {
    const { other } = this;
    this.end({ by: "local", detail });
    if (!this.#works.tricks.swallow?.(this.#own)) queueMicrotask(() => other?.end({ by: "remote", detail }));
  }

  end(reason: CloseReason): void {
    if (this.over) return;
    this.over = true;
    this.#works.ends.delete(this);
    this.#settle(reason);
  }
}

/** A transport of pipes for any number of nodes; each node sees every other, unless told otherwise. */
export class PipeWorks {
  readonly id: string;
  tricks: PipeTricks = {};
  readonly ends = new Set<PipeEnd>();
  readonly stalled: (() => void)[] = [];
  readonly drains: (() => void)[] = [];
  readonly dials: { readonly from: string; readonly to: string; readonly at: number; readonly via: string }[] = [];
  readonly nodes = new Map<string, PipeTransport>();
  /** Rendezvous names; each gives an address of its own. */
  readonly rendezvous: readonly string[];
  /** By what rendezvous a peer is dialled whose id alone is known; undefined: not at all. */
  byId: string | undefined;
  readonly sightings = new Set<(peer: PeerId) => void>();
  /** What the transport tells of its road before one stands. */
  declares: RoadCapabilities | undefined;
  /** Its roads, each with what is told of it and what a dial of it waits for. */
  roads: ReadonlyMap<string, { readonly declares?: RoadCapabilities; readonly ready?: Promise<void> }> = new Map([
    ["pipe", {}],
  ]);
  /** Dials that hang now. */
  hanging = 0;

  constructor(id = "pipe", rendezvous: readonly string[] = []) {
    this.id = id;
    this.rendezvous = rendezvous;
  }

  /** Ends every pipe at once, with what is in it. */
  cut(): void {
    for (const end of [...this.ends]) end.end({ by: "lost", detail: "cut" });
  }

  release(): void {
    for (const go of this.stalled.splice(0)) go();
    for (const drained of this.drains.splice(0)) drained();
  }

  /** Everybody is told of a peer (again). */
  sight(peer: PeerId): void {
    for (const hear of [...this.sightings]) hear(peer);
  }

  addressesOf(peer: PeerId): Address[] {
    if (this.rendezvous.length === 0) return [{ transport: this.id, value: peer }];
    return this.rendezvous.map((rendezvous) => ({ transport: this.id, value: peer, rendezvous }));
  }

  plugin(sees: (peer: PeerId) => boolean = () => true): PluginUse {
    const works = this;
    return use(
      definePlugin({
        id: `pipes-${this.id}`,
        api: 1,
        config: z.strictObject({}),
        provides: [ports.transport, ports.discoverySource],
        setup({ self, clock, provide }) {
          provide(ports.transport, new PipeTransport(works, self.id, () => clock.now()));
          provide(ports.discoverySource, {
            id: works.id,
            async *discover({ signal }) {
              const news = new Set<PeerId>([...works.nodes.keys()]);
              let wake = Promise.withResolvers<void>();
              const hear = (peer: PeerId) => {
                news.add(peer);
                wake.resolve();
              };
              works.sightings.add(hear);
              signal.addEventListener("abort", () => wake.resolve(), { once: true });
              try {
                while (!signal.aborted) {
                  for (const peer of news) {
                    news.delete(peer);
                    if (peer !== self.id && sees(peer))
                      yield { peer, addresses: works.addressesOf(peer), source: works.id };
                  }
                  await wake.promise;
                  wake = Promise.withResolvers<void>();
                }
              } finally {
                works.sightings.delete(hear);
              }
            },
          });
        },
      }),
    );
  }
}

export class PipeTransport implements Transport {
  readonly id: string;
  state: TransportState = "idle";
  readonly #works: PipeWorks;
  readonly #name: string;
  readonly #now: () => number;
  readonly #listeners = new Set<(state: TransportState) => void>();
  accept: ((connection: Connection) => void) | undefined;

  constructor(works: PipeWorks, name: string, now: () => number) {
    this.#works = works;
    this.id = works.id;
    this.#name = name;
    this.#now = now;
  }

  async open(accept: (connection: Connection) => void, { signal }: SignalOptions): Promise<void> {
    this.#become("initializing");
    if (this.#works.tricks.open === "hang") await forever(signal);
    this.accept = accept;
    this.#works.nodes.set(this.#name, this);
    this.#become("ready");
    this.#works.sight(this.#name);
  }

  roadsTo({ peer, addresses }: Target): readonly string[] {
    const isNamed = peer !== undefined && this.#works.byId !== undefined;
    const isKnown = isNamed || addresses.some(({ transport }) => transport === this.id);
    return isKnown ? [...this.#works.roads.keys()] : [];
  }

  capabilitiesOf(_target: Target, road: string): RoadCapabilities | undefined {
    return this.#works.roads.get(road)?.declares ?? this.#works.declares;
  }

  async connect({ peer, addresses }: Target, road: string, { signal }: SignalOptions): Promise<Connection> {
    const address = addresses.find(({ transport }) => transport === this.id);
    const { dials, tricks, nodes, byId } = this.#works;
    const to = address?.value ?? (byId === undefined ? "" : (peer ?? ""));
    const rendezvous = address === undefined ? byId : address.rendezvous;
    dials.push({ from: this.#name, to, at: this.#now(), via: rendezvous ?? "" });
    if (tricks.dial === "hang") {
      this.#works.hanging++;
      await forever(signal).finally(() => void this.#works.hanging--);
    }
    // Deaf to its signal, and late: against the contract.
    if (tricks.dial === "deaf") await new Promise<void>((resolve) => this.#works.drains.push(resolve));
    else await Promise.resolve();
    if (tricks.dial === "refuse") throw new SwarmError("DIAL_FAILED", "refused");
    const ready = this.#works.roads.get(road)?.ready;
    if (ready) await Promise.race([ready, forever(signal)]);
    const target = nodes.get(to);
    if (tricks.dial === "absent" || target?.accept === undefined) throw new SwarmError("PEER_ABSENT", "nobody");
    const near = new PipeEnd(this.#works, this.#name, to, rendezvous, road);
    const far = new PipeEnd(this.#works, to, this.#name, rendezvous, road);
    near.other = far;
    far.other = near;
    target.accept(far);
    return near;
  }

  async close(): Promise<void> {
    this.accept = undefined;
    if (this.#works.nodes.get(this.#name) === this) this.#works.nodes.delete(this.#name);
    this.#become("idle");
  }

  onState(listener: (state: TransportState) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  addresses(): readonly Address[] {
    return this.accept === undefined ? [] : this.#works.addressesOf(this.#name);
  }

  #become(state: TransportState): void {
    this.state = state;
    for (const listener of [...this.#listeners]) listener(state);
  }
}

function forever(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/** Nodes on one hand-turned clock. */
export class Bench implements AsyncDisposable {
  readonly clock = new HandClock();
  readonly nodes: Swarm[] = [];

  async node(
    seed: number,
    plugins: readonly PluginUse[],
    o: Omit<SwarmOptions, "plugins" | "identity"> = {},
  ): Promise<Swarm> {
    const swarm = await createSwarm({
      log: "silent",
      ...o,
      plugins,
      identity: identityFromSecret(new Uint8Array(32).fill(seed)),
      replace: [
        replaceRoom(ports.clock, () => this.clock),
        replaceRoom(roomPorts.network, silentNetwork),
        ...(o.replace ?? []),
      ],
    });
    this.nodes.push(swarm);
    return swarm;
  }

  /** Turns the clock until it holds. */
  async until(holds: () => boolean, what: string, maxMs = 30_000): Promise<void> {
    for (let ms = 0; ms < maxMs; ms += 25) {
      await settle();
      if (holds()) return;
      await this.clock.advance(25);
    }
    throw new Error(`not within ${maxMs} ms: ${what}`);
  }

  /** Turns the clock until the promise settles; gives its outcome. */
  async outcome<Value>(work: Promise<Value>, maxMs = 60_000): Promise<{ value?: Value; error?: unknown; ms: number }> {
    const begun = this.clock.now();
    let done: { value?: Value; error?: unknown } | undefined;
    work.then(
      (value) => {
        done = { value };
      },
      (error: unknown) => {
        done = { error };
      },
    );
    await this.until(() => done !== undefined, "a settled promise", maxMs);
    return { ...done, ms: this.clock.now() - begun };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.outcome(Promise.all(this.nodes.map((node) => node.stop())));
  }
}
