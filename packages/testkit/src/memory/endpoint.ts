import type { Address, PeerId, TransportId } from "@swarm-space/core";
import type { MemoryConnection } from "./memory-connection.ts";
import type { LinkEnd } from "./memory-link.ts";

/** An open transport, as the network knows it. */
export interface Endpoint extends LinkEnd {
  readonly transport: TransportId;
  readonly peer: PeerId | undefined;
  /** Peers of another swarm network do not see each other. */
  readonly swarmNetwork: string;
  addresses(): readonly Address[];
  /** An inbound connection. False: there is no room. */
  accept(connection: MemoryConnection): boolean;
  /** Rules or outages changed: look again. */
  refresh(): void;
}
