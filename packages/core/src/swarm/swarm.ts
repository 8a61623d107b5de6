import type { z } from "zod";
import type { EventName, SwarmEvents } from "../ports/events.ts";
import type { PeerId } from "../ports/identity.ts";
import type { ManyPort, OnePort } from "../ports/port.ts";
import type { TransportId } from "../ports/transport.ts";
import type { Explanation } from "../status/explanation.ts";
import type { TransportStatus } from "../status/transport-status.ts";
import type { ChannelOf, ChannelOptions } from "./channel.ts";
import type { SwarmPlugins } from "./plugin-switch.ts";

/** A connected peer. */
export interface PeerInfo {
  readonly id: PeerId;
  /** Transports with a connection to it, and the best measured round trip. */
  readonly transports: readonly TransportId[];
  readonly roundTripMs: number | null;
}

/** A node: what `createSwarm` resolves to, and what the seed calls the orchestrator. */
export interface Swarm extends AsyncDisposable {
  readonly id: PeerId;
  readonly network: string;
  readonly state: "stopped" | "starting" | "started" | "stopping";
  /** Takes plugins out of use, and back into it, while the node runs. */
  readonly plugins: SwarmPlugins;
  /**
   * Starts with what there is: a transport that fails or is late shows in the status and keeps nothing waiting.
   * Twice at once is one start. After `stop` it starts again.
   * @throws SwarmError `PLUGIN_START_FAILED`, `PLUGIN_TIMEOUT`; the store's own, as `STORE_FULL` or `STORE_LOCKED`; the signal's reason
   */
  start(o?: { readonly signal?: AbortSignal }): Promise<void>;
  /** Undoes the start, in reverse. Letters that wait reject with `SWARM_STOPPED`. Never rejects, twice is harmless. */
  stop(): Promise<void>;
  /** Opens a channel; it outlives a stop. @throws SwarmError `CHANNEL_DUPLICATE`, `OPTION_INVALID` */
  channel<Schema extends z.ZodType, Response extends z.ZodType = z.ZodUnknown>(
    o: ChannelOptions<Schema, Response>,
  ): ChannelOf<Schema, Response>;
  /** Connected peers. */
  peers(): readonly PeerInfo[];
  /** Resolves when a connection to the peer stands. @throws SwarmError `PEER_ID_INVALID`, `OPTION_INVALID` (this node itself; no signal), `SWARM_STOPPED`; the signal's reason */
  connect(peer: PeerId, o?: { readonly signal?: AbortSignal }): Promise<void>;
  /** Ways known, tried, scored and broken, and when the next try is due. @throws SwarmError `PEER_ID_INVALID` */
  explain(peer: PeerId): Explanation;
  getTransportStatus(): TransportStatus;
  /** Hears an event. `peer:connect`, `connection:open` and `transport:state` are told the present state at once. Returns its unsubscribe. @throws SwarmError `OPTION_INVALID`, `LISTENERS_EXCEEDED` */
  on<Name extends EventName>(name: Name, listener: (detail: SwarmEvents[Name]) => void): () => void;
  /** What stands at a port of this node. @throws SwarmError `PORT_UNKNOWN`, `OPTION_INVALID` */
  get<Value>(port: OnePort<Value>): Value;
  get<Value>(port: ManyPort<Value>): readonly Value[];
}

/** The seed's name. */
export type HybridOrchestrator = Swarm;
