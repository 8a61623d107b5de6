import {
  type Address,
  type Clock,
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
import { either } from "../memory/dial.ts";
import type { Datagram, DatagramEndpoint } from "./datagram.ts";
import { DatagramConnection } from "./datagram-connection.ts";
import type { DatagramNetwork } from "./datagram-network.ts";

export interface DatagramTransportOptions {
  readonly network: DatagramNetwork;
  readonly id: TransportId;
  readonly peer: PeerId;
  /** The node's own clock: it stops with the node. */
  readonly clock: Clock;
  readonly swarmNetwork: string;
  /** Depends on a relay, which also knows who is there. */
  readonly rendezvous?: string;
  /** Default: direct, frames up to 16,384 bytes, latency class 10 ms. */
  readonly capabilities?: Partial<RoadCapabilities>;
  /** Aborts when the process dies: from then on the transport is silent, and tells nobody. */
  readonly death?: AbortSignal;
  /** How what comes in reaches the process, which may stand still. Default: at once. */
  readonly arrive?: (run: () => void) => void;
}

interface Asking {
  readonly granted: () => void;
  readonly refused: () => void;
}

/** At 35 % loss each way a question goes unanswered for all its tries once in a million dials (0.5775²⁵). */
const synTries = 25;
/** A question is asked again ever later, up to so many times the first wait. */
const mostPatience = 2;

/** A transport that makes reliable connections of a network of datagrams; up to 35 % loss each way it loses none. */
export class DatagramTransport implements Transport {
  readonly id: TransportId;
  lastError?: string;
  readonly #o: DatagramTransportOptions;
  readonly #endpoint: DatagramEndpoint;
  readonly #capabilities: RoadCapabilities;
  readonly #links = new Map<number, DatagramConnection>();
  readonly #asking = new Map<number, Asking>();
  readonly #listeners = new Set<(state: TransportState) => void>();
  #state: TransportState = "idle";
  #accept: ((connection: Connection) => void) | undefined;
  #leave: (() => void) | undefined;
  #session = new AbortController();

  constructor(o: DatagramTransportOptions) {
    this.#o = o;
    this.id = o.id;
    const arrive = o.arrive ?? ((run: () => void) => run());
    this.#capabilities = Object.freeze({
      direct: o.rendezvous === undefined,
      maxFrameBytes: 16_384,
      latencyClassMs: 10,
      ...o.capabilities,
    });
    this.#endpoint = {
      transport: o.id,
      name: o.peer,
      rendezvous: o.rendezvous,
      clock: o.clock,
      receive: (datagram) => arrive(() => this.#receive(datagram)),
      refresh: () => arrive(() => this.#refresh()),
    };
    o.death?.addEventListener("abort", () => this.#die(), { once: true });
  }

  get state(): TransportState {
    return this.#state;
  }

  async open(accept: (connection: Connection) => void, o: SignalOptions): Promise<void> {
    o.signal.throwIfAborted();
    if (this.#accept !== undefined) throw new SwarmError("TRANSPORT_OPEN_FAILED", `${this.id} is open already`);
    const { network, peer, swarmNetwork } = this.#o;
    const leave = network.join(this.#endpoint);
    const unpost = network.board.post({
      transport: this.id,
      swarmNetwork,
      name: peer,
      peer,
      addresses: () => this.addresses(),
    });
    this.#leave = () => {
      unpost();
      leave();
    };
    this.#session = new AbortController();
    this.#accept = accept;
    this.#refresh();
  }

  roadsTo(target: Target): readonly RoadId[] {
    return this.#accept !== undefined && this.#addressOf(target) !== undefined ? [this.#road] : [];
  }

  async connect(target: Target, road: RoadId, o: SignalOptions): Promise<Connection> {
    o.signal.throwIfAborted();
    const { network, rendezvous } = this.#o;
    const to = this.#addressOf(target)?.value;
    network.noteDial({ transport: this.id, from: this.#o.peer, to });
    if (this.#accept === undefined || network.problemOf(this.id, this.#o.peer) !== undefined)
      throw new SwarmError("TRANSPORT_UNAVAILABLE", `${this.id} is away`);
    if (to === undefined || road !== this.#road)
      throw new SwarmError("DIAL_FAILED", `${this.id} has no ${road} road to this target`);
    if (rendezvous !== undefined && !network.isPresent(this.id, to))
      throw new SwarmError("PEER_ABSENT", `the relay knows nobody at ${to}`);
    const link = network.nextLink();
    using untilClosed = childAbort(this.#session.signal);
    const signal = AbortSignal.any([o.signal, untilClosed.signal]);
    await this.#ask(link, to, signal);
    const connection = this.#links.get(link);
    if (connection === undefined) throw new SwarmError("DIAL_FAILED", "the other side has no room");
    return connection;
  }

  async close(_o: SignalOptions): Promise<void> {
    if (this.#accept === undefined) return this.#set("idle");
    this.#session.abort(new SwarmError("CONNECTION_CLOSED", `${this.id} was closed`));
    for (const connection of [...this.#links.values()]) {
      await connection.close("the transport was closed");
      connection.abandon();
    }
    this.#accept = undefined;
    this.#leave?.();
    this.#leave = undefined;
    this.#set("idle");
  }

  onState(listener: (state: TransportState) => void): () => void {
    const own = (state: TransportState) => listener(state);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  addresses(): readonly Address[] {
    const { peer, rendezvous } = this.#o;
    if (this.#accept === undefined) return [];
    return [{ transport: this.id, value: peer, ...(rendezvous === undefined ? {} : { rendezvous }) }];
  }

  get #road(): RoadId {
    return this.#capabilities.direct ? "direct" : "relay";
  }

  #addressOf(target: Target): Address | undefined {
    return target.addresses.find(({ transport, value }) => transport === this.id && value !== this.#o.peer);
  }

  /** Asks until it is granted; a question may be lost, and so may its answer. */
  async #ask(link: number, to: string, signal: AbortSignal): Promise<void> {
    const { network, clock, peer } = this.#o;
    const answer: { value?: "granted" | "refused" } = {};
    let tries = 0;
    while (answer.value === undefined) {
      if (tries++ >= synTries) throw new SwarmError("DIAL_FAILED", "nobody answers");
      const { latencyMs, jitterMs } = network.faultsOf(this.id, peer, to);
      const waitMs = Math.max(50, 3 * (latencyMs + jitterMs)) * Math.min(mostPatience, 1.5 ** (tries - 1));
      network.send({ transport: this.id, from: peer, to, link, kind: "syn", seq: 0, next: 0 });
      try {
        await either(signal, (wake) => {
          const timer = clock.timer(waitMs, wake);
          this.#asking.set(link, {
            granted: () => {
              answer.value = "granted";
              this.#asking.delete(link);
              this.#enter(link, to);
              wake();
            },
            refused: () => {
              answer.value = "refused";
              wake();
            },
          });
          return () => timer[Symbol.dispose]();
        });
      } catch (error) {
        this.#links.get(link)?.abandon();
        throw error;
      } finally {
        this.#asking.delete(link);
      }
    }
    if (answer.value === "refused") throw new SwarmError("DIAL_FAILED", "the other side refused");
  }

  #receive(datagram: Datagram): void {
    const { link, kind, from } = datagram;
    const known = this.#links.get(link);
    // A link is between two: what a third says of it is nothing.
    if (known !== undefined && known.remote !== from) return;
    const asking = this.#asking.get(link);
    if (known === undefined && asking !== undefined) {
      if (kind === "reset") return asking.refused();
      asking.granted();
      return this.#links.get(link)?.receive(datagram);
    }
    if (kind === "syn") return this.#grant(datagram, known);
    if (known !== undefined) return known.receive(datagram);
    if (kind !== "reset") this.#say("reset", from, link);
  }

  #grant({ link, from }: Datagram, known: DatagramConnection | undefined): void {
    if (this.#accept === undefined) return this.#say("reset", from, link);
    const connection = known ?? this.#enter(link, from);
    this.#say("synack", from, link);
    if (known === undefined) this.#accept(connection);
  }

  #say(kind: "synack" | "reset", to: string, link: number): void {
    const { network, peer } = this.#o;
    network.send({ transport: this.id, from: peer, to, link, kind, seq: 0, next: 0 });
  }

  #enter(link: number, remote: string): DatagramConnection {
    const connection = new DatagramConnection({
      network: this.#o.network,
      endpoint: this.#endpoint,
      road: this.#road,
      capabilities: this.#capabilities,
      remote,
      link,
      onOver: () => {
        this.#links.delete(link);
        this.#refresh();
      },
    });
    this.#links.set(link, connection);
    this.#refresh();
    return connection;
  }

  #refresh(): void {
    if (this.#accept === undefined) return;
    const problem = this.#o.network.problemOf(this.id, this.#o.peer);
    if (problem === undefined) {
      const wasAway = this.#state === "error";
      this.#set(this.#links.size > 0 ? "active" : "ready");
      if (wasAway) this.#o.network.board.renewAll(this.id, this.#o.peer);
      return;
    }
    if (this.#state !== "error") this.#set("error", problem);
    for (const connection of [...this.#links.values()]) connection.break(problem);
  }

  #set(state: TransportState, problem?: string): void {
    if (problem === undefined) delete this.lastError;
    else this.lastError = problem;
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of [...this.#listeners]) listener(state);
  }

  #die(): void {
    this.#listeners.clear();
    for (const connection of this.#links.values()) connection.freeze();
    this.#links.clear();
    this.#asking.clear();
    this.#leave?.();
    this.#leave = undefined;
    this.#accept = undefined;
  }
}
