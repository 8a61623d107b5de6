import {
  type Address,
  type Clock,
  type CloseReason,
  type Connection,
  definePlugin,
  type PeerId,
  type Plugin,
  ports,
  type RoadCapabilities,
  type SignalOptions,
  SwarmError,
  type Target,
  type Transport,
  type TransportState,
} from "@swarm-space/core";
import { Interruption } from "@swarm-space/core/medium";
import * as z from "zod";

/** What an office can do to those who use it. Read at each use, so a test may change it at any time. */
export interface CourierTricks {
  /** Frames of these senders, told by address, vanish; nobody hears of it. */
  readonly swallows?: (from: string, to: string) => boolean;
  /** Each `send` after the introductions throws, while all claim to be well. */
  readonly failsSends?: boolean;
  readonly dial?: "refuse" | "absent" | "unavailable" | "hang";
  /** `open` never resolves, or throws. */
  readonly open?: "hang" | "fail";
}

/** A message service of one process, written by somebody who knows only `@swarm-space/core`. */
export class CourierOffice {
  tricks: CourierTricks = {};
  /** Every dial, by whom, to whom and when. */
  readonly dials: { readonly from: string; readonly to: string; readonly atMs: number }[] = [];
  /** Frames handed over, by sender. */
  readonly sent = new Map<string, number>();
  opened = 0;
  readonly doors = new Map<string, CourierTransport>();
  readonly watchers = new Set<() => void>();
  readonly roads = new Set<CourierConnection>();

  changed(): void {
    for (const watcher of [...this.watchers]) watcher();
  }

  /** Every connection dies at once. */
  cut(): void {
    for (const road of [...this.roads]) road.end({ by: "lost", detail: "the courier fell off his horse" });
  }

  /** The bridge is out: riders wait before it, and say so. The undo brings over what they carry. */
  interrupt(): () => void {
    for (const road of this.roads) road.wait(true);
    return () => {
      for (const road of this.roads) road.wait(false);
    };
  }
}

class CourierConnection implements Connection {
  readonly transport: string;
  readonly road = "rider";
  readonly capabilities: RoadCapabilities = { direct: true, maxFrameBytes: 32_768, latencyClassMs: 0.5 };
  readonly remote: string;
  readonly closed: Promise<CloseReason>;
  bufferedBytes = 0;
  peer: CourierConnection | undefined;
  reason: CloseReason | undefined;
  readonly #office: CourierOffice;
  readonly #own: string;
  readonly #settle: (reason: CloseReason) => void;
  readonly #kept: Uint8Array[] = [];
  readonly #interruption = new Interruption();
  /** Frames before the bridge. */
  #held: Uint8Array[] | undefined;
  /** Frames until both sides know each other. */
  readonly #introductions: number;
  #reader: ((frame: Uint8Array) => void) | undefined;
  #frames = 0;

  constructor(office: CourierOffice, transport: string, own: string, remote: string, dialled: boolean) {
    this.#office = office;
    this.#introductions = dialled ? 2 : 1;
    this.transport = transport;
    this.#own = own;
    this.remote = remote;
    const { promise, resolve } = Promise.withResolvers<CloseReason>();
    this.closed = promise;
    this.#settle = resolve;
    office.roads.add(this);
  }

  send(frame: Uint8Array): boolean {
    if (this.reason !== undefined) throw new SwarmError("CONNECTION_CLOSED", "the rider is gone");
    if (frame.length > this.capabilities.maxFrameBytes) throw new SwarmError("FRAME_TOO_LARGE", "too heavy a bag");
    const { tricks, sent } = this.#office;
    if (tricks.failsSends && this.#frames >= this.#introductions) {
      throw new SwarmError("CONNECTION_CLOSED", "the horse will not move");
    }
    this.#frames++;
    sent.set(this.#own, (sent.get(this.#own) ?? 0) + 1);
    if (tricks.swallows?.(this.#own, this.remote)) return true;
    if (this.#held !== undefined) return this.#held.push(frame) < 1_024;
    queueMicrotask(() => this.peer?.take(frame));
    return true;
  }

  async drained(): Promise<void> {}

  onInterrupted(listener: (isInterrupted: boolean) => void): () => void {
    return this.#interruption.onInterrupted(listener);
  }

  wait(isInterrupted: boolean): void {
    const held = this.#held ?? [];
    this.#held = isInterrupted ? held : undefined;
    this.#interruption.set(isInterrupted);
    if (!isInterrupted) for (const frame of held) this.peer?.take(frame);
  }

  read(onFrame: (frame: Uint8Array) => void): void {
    this.#reader = onFrame;
    queueMicrotask(() => {
      for (const frame of this.#kept.splice(0)) this.#reader?.(frame);
    });
  }

  take(frame: Uint8Array): void {
    if (this.reason !== undefined) return;
    if (this.#reader !== undefined && this.#kept.length === 0) this.#reader(frame);
    else if (this.#kept.length < 1_024) this.#kept.push(frame);
    else this.end({ by: "protocol", detail: "nobody reads" });
  }

  async close(detail = "closed"): Promise<void> {
    const { peer } = this;
    this.end({ by: "local", detail });
    const silent = this.#office.tricks.swallows?.(this.#own, this.remote) ?? false;
    if (!silent) queueMicrotask(() => peer?.end({ by: "remote", detail }));
  }

  end(reason: CloseReason): void {
    if (this.reason !== undefined) return;
    this.reason = reason;
    this.#office.roads.delete(this);
    this.#settle(reason);
  }
}

class CourierTransport implements Transport {
  readonly id: string;
  readonly name: string;
  state: TransportState = "idle";
  lastError?: string;
  readonly #office: CourierOffice;
  readonly #clock: Clock;
  readonly #listeners = new Set<(state: TransportState) => void>();
  readonly #connections = new Set<CourierConnection>();
  #accept: ((connection: Connection) => void) | undefined;

  constructor(office: CourierOffice, id: string, name: string, clock: Clock) {
    this.#office = office;
    this.id = id;
    this.name = name;
    this.#clock = clock;
  }

  async open(accept: (connection: Connection) => void, { signal }: SignalOptions): Promise<void> {
    this.#office.opened++;
    this.#become("initializing");
    const { open } = this.#office.tricks;
    if (open === "hang") await untilAborted(signal);
    if (open === "fail") {
      this.#become("error", "the stable burnt down");
      throw new SwarmError("TRANSPORT_OPEN_FAILED", "the stable burnt down");
    }
    signal.throwIfAborted();
    this.#accept = accept;
    this.#office.doors.set(this.name, this);
    this.#become("ready");
    this.#office.changed();
  }

  roadsTo({ addresses }: Target): readonly string[] {
    return this.#accept !== undefined && addresses.some(({ transport }) => transport === this.id) ? ["rider"] : [];
  }

  async connect({ addresses }: Target, _road: string, { signal }: SignalOptions): Promise<Connection> {
    const to = addresses.find(({ transport }) => transport === this.id)?.value ?? "";
    this.#office.dials.push({ from: this.name, to, atMs: this.#clock.now() });
    const { dial } = this.#office.tricks;
    if (dial === "hang") await untilAborted(signal);
    await Promise.resolve();
    signal.throwIfAborted();
    if (dial === "refuse") throw new SwarmError("DIAL_FAILED", "the gate is shut");
    if (dial === "unavailable") throw new SwarmError("TRANSPORT_UNAVAILABLE", "no horses");
    const door = this.#office.doors.get(to);
    if (dial === "absent" || door === undefined) throw new SwarmError("PEER_ABSENT", "nobody opens");
    const near = new CourierConnection(this.#office, this.id, this.name, to, true);
    const far = new CourierConnection(this.#office, this.id, to, this.name, false);
    near.peer = far;
    far.peer = near;
    this.#keep(near);
    door.#keep(far);
    door.#accept?.(far);
    return near;
  }

  async close(): Promise<void> {
    this.#accept = undefined;
    if (this.#office.doors.get(this.name) === this) this.#office.doors.delete(this.name);
    await Promise.all([...this.#connections].map((connection) => connection.close("the office closes")));
    this.#become("idle");
  }

  onState(listener: (state: TransportState) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  addresses(): readonly Address[] {
    return this.#accept === undefined ? [] : [{ transport: this.id, value: this.name }];
  }

  /** The medium comes and goes. */
  report(state: TransportState): void {
    this.#become(state);
  }

  #keep(connection: CourierConnection): void {
    this.#connections.add(connection);
    void connection.closed.then(() => this.#connections.delete(connection));
  }

  #become(state: TransportState, problem?: string): void {
    if (problem === undefined) delete this.lastError;
    else this.lastError = problem;
    if (state === this.state) return;
    this.state = state;
    for (const listener of [...this.#listeners]) listener(state);
  }
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

export interface CourierOptions {
  readonly office: CourierOffice;
  /** Default "courier". */
  readonly id?: string;
  /** Whom its address list names. Default: everybody. */
  readonly sees?: (peer: PeerId) => boolean;
}

const courierConfig = z.strictObject({});

/** The third-party plugin: a transport, and its address list as a discovery source. */
export function courierPlugin({ office, id = "courier", sees }: CourierOptions): Plugin<typeof courierConfig> {
  return definePlugin({
    id: `third-party-${id}`,
    api: 1,
    config: courierConfig,
    provides: [ports.transport, ports.discoverySource],
    setup({ self, clock, provide }) {
      provide(ports.transport, new CourierTransport(office, id, self.id, clock));
      provide(ports.discoverySource, {
        id,
        async *discover({ signal }) {
          const told = new Set<string>();
          while (!signal.aborted) {
            for (const name of office.doors.keys()) {
              if (name === self.id || told.has(name) || sees?.(name) === false) continue;
              told.add(name);
              yield { peer: name, addresses: [{ transport: id, value: name }], source: id };
            }
            for (const name of told) if (!office.doors.has(name)) told.delete(name);
            await nextChange(office, signal);
          }
        },
      });
    },
  });
}

function nextChange(office: CourierOffice, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  office.watchers.add(resolve);
  signal.addEventListener("abort", () => resolve(), { once: true });
  return promise.finally(() => office.watchers.delete(resolve));
}
