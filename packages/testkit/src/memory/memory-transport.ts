import {
  type Address,
  type Connection,
  childAbort,
  type PeerId,
  type RoadCapabilities,
  type RoadId,
  type SignalOptions,
  SwarmError,
  type Target,
  type Transport,
  type TransportId,
  type TransportState,
} from "@swarm-space/core";
import { either } from "./dial.ts";
import type { Endpoint } from "./endpoint.ts";
import type { MemoryConnection } from "./memory-connection.ts";
import { MemoryNetwork } from "./memory-network.ts";

export interface MemoryTransportOptions {
  readonly network: MemoryNetwork;
  /** Transport id. Default "memory". Unique in a node. */
  readonly id?: TransportId;
  /** The address value others dial. Unique per network and transport id. Default: `peer`, else "node". */
  readonly name?: string;
  /** Told to those who discover. The kernel proves it. */
  readonly peer?: PeerId;
  /** Only peers of the same swarm network see each other in discovery. Default "". */
  readonly swarmNetwork?: string;
  /** Default "memory". */
  readonly road?: RoadId;
  /** The relay or server this transport pretends to depend on; `network.outage({ rendezvous })` takes it away. */
  readonly rendezvous?: string;
  /** Default: direct, frames up to 65,536 bytes, latency class 1 ms. */
  readonly capabilities?: Partial<RoadCapabilities>;
  /** `send` says wait above so many undelivered bytes. Default 1 MiB. */
  readonly highWaterBytes?: number;
  /** A connection dies whose sender does not wait. Default 64 MiB. */
  readonly maxBufferedBytes?: number;
  /** Connections at once; further inbound ones are closed, further dials refused. Default 10,000. */
  readonly maxConnections?: number;
}

/** Carries frames inside one process, over a MemoryNetwork. Keeps the Transport contract unless the network injects a violation. */
export class MemoryTransport implements Transport {
  readonly id: TransportId;
  readonly network: MemoryNetwork;
  lastError?: string;
  readonly #o: MemoryTransportOptions;
  readonly #endpoint: Endpoint;
  readonly #maxConnections: number;
  readonly #connections = new Set<MemoryConnection>();
  readonly #listeners = new Set<(state: TransportState) => void>();
  #state: TransportState = "idle";
  #accept: ((connection: Connection) => void) | undefined;
  #leave: (() => void) | undefined;
  /** Ends what is under way when the transport closes. */
  #session: AbortController | undefined;

  /** @throws SwarmError `OPTION_INVALID` */
  constructor(o: MemoryTransportOptions) {
    if (!(o.network instanceof MemoryNetwork))
      throw new SwarmError("OPTION_INVALID", "network: expected a MemoryNetwork");
    this.#o = o;
    this.id = o.id ?? "memory";
    this.network = o.network;
    this.#maxConnections = atLeastOne("maxConnections", o.maxConnections ?? 10_000);
    this.#endpoint = {
      transport: this.id,
      name: o.name ?? o.peer ?? "node",
      peer: o.peer,
      swarmNetwork: o.swarmNetwork ?? "",
      rendezvous: o.rendezvous,
      capabilities: Object.freeze({ direct: true, maxFrameBytes: 66_560, latencyClassMs: 1, ...o.capabilities }),
      highWaterBytes: atLeastOne("highWaterBytes", o.highWaterBytes ?? 1_048_576),
      maxBufferedBytes: atLeastOne("maxBufferedBytes", o.maxBufferedBytes ?? 67_108_864),
      addresses: () => this.addresses(),
      accept: (connection) => this.#acceptInbound(connection),
      refresh: () => this.#refresh(),
    };
    atLeastOne("capabilities.maxFrameBytes", this.#endpoint.capabilities.maxFrameBytes);
  }

  get state(): TransportState {
    return this.#state;
  }

  async open(accept: (connection: Connection) => void, o: SignalOptions): Promise<void> {
    o.signal.throwIfAborted();
    if (this.#session !== undefined) throw new SwarmError("TRANSPORT_OPEN_FAILED", `${this.id} is open already`);
    const session = new AbortController();
    this.#session = session;
    this.#set("initializing");
    try {
      const signal = AbortSignal.any([o.signal, session.signal]);
      const fate = () => this.network.faultsOf(this.id, this.#endpoint, this.#endpoint).open;
      while (fate() === "hang") await either(signal, (wake) => this.network.onChange(wake));
      await Promise.resolve();
      signal.throwIfAborted();
      if (fate() === "fail") throw new SwarmError("TRANSPORT_OPEN_FAILED", `${this.id} could not be opened (injected)`);
      this.#leave = this.#enter();
      this.#accept = accept;
      this.#refresh();
    } catch (error) {
      if (this.#session === session) {
        this.#session = undefined;
        this.#set(o.signal.aborted ? "idle" : "error", o.signal.aborted ? undefined : String(error));
      }
      throw error;
    }
  }

  roadsTo(target: Target): readonly RoadId[] {
    return this.#accept !== undefined && this.#addressOf(target) !== undefined ? [this.#road] : [];
  }

  async connect(target: Target, road: RoadId, o: SignalOptions): Promise<Connection> {
    o.signal.throwIfAborted();
    const session = this.#session;
    if (session === undefined || this.#accept === undefined)
      throw new SwarmError("TRANSPORT_UNAVAILABLE", `${this.id} is not open`);
    const address = this.#addressOf(target);
    if (address === undefined || road !== this.#road)
      throw new SwarmError("DIAL_FAILED", `${this.id} has no ${road} road to this target`);
    if (this.#connections.size >= this.#maxConnections)
      throw new SwarmError("DIAL_FAILED", `${this.id} has ${this.#maxConnections} connections already`);
    using untilClosed = childAbort(session.signal);
    const signal = AbortSignal.any([o.signal, untilClosed.signal]);
    const connection = await this.network.dial(this.#endpoint, address.value, road, signal);
    if (connection.isClosed) throw new SwarmError("DIAL_FAILED", "the other side refused the connection");
    this.#keep(connection);
    return connection;
  }

  async close(_o: SignalOptions): Promise<void> {
    const session = this.#session;
    if (session === undefined) return this.#set("idle");
    this.#session = undefined;
    this.#accept = undefined;
    this.#leave?.();
    this.#leave = undefined;
    session.abort(new SwarmError("CONNECTION_CLOSED", `${this.id} was closed`));
    for (const connection of [...this.#connections]) await connection.close("the transport was closed");
    this.#set("idle");
  }

  onState(listener: (state: TransportState) => void): () => void {
    const own = (state: TransportState) => listener(state);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  addresses(): readonly Address[] {
    if (this.#accept === undefined || this.#state === "error") return [];
    const { rendezvous } = this.#o;
    return [{ transport: this.id, value: this.#endpoint.name, ...(rendezvous === undefined ? {} : { rendezvous }) }];
  }

  get #road(): RoadId {
    return this.#o.road ?? "memory";
  }

  #addressOf(target: Target): Address | undefined {
    return target.addresses.find((address) => address.transport === this.id && address.value !== this.#endpoint.name);
  }

  #enter(): () => void {
    const leave = this.network.join(this.#endpoint);
    const unpost = this.network.board.post(this.#endpoint);
    return () => {
      unpost();
      leave();
    };
  }

  #acceptInbound(connection: MemoryConnection): boolean {
    if (this.#accept === undefined || this.#connections.size >= this.#maxConnections) return false;
    this.#keep(connection);
    this.#accept(connection);
    return true;
  }

  #keep(connection: MemoryConnection): void {
    this.#connections.add(connection);
    this.#refresh();
    void connection.closed.then(() => {
      this.#connections.delete(connection);
      this.#refresh();
    });
  }

  #refresh(): void {
    if (this.#accept === undefined) return;
    const problem = this.network.problemOf(this.#endpoint);
    if (problem === undefined) {
      const wasAway = this.#state === "error";
      this.#set(this.#connections.size > 0 ? "active" : "ready");
      if (wasAway) this.network.board.renew(this.#endpoint);
    } else this.#set(this.#connections.size > 0 ? "degraded" : "error", problem);
  }

  #set(state: TransportState, problem?: string): void {
    if (problem === undefined) delete this.lastError;
    else this.lastError = problem;
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of [...this.#listeners]) listener(state);
  }
}

function atLeastOne(path: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new SwarmError("OPTION_INVALID", `${path}: expected a whole number from 1, found ${String(value)}`, {
    detail: { path },
  });
}
