import type { PeerId, SwarmEvents } from "@swarm-space/core";
import type { Account, BlockId } from "../model/hex.ts";

/** What happens between nodes. */
export interface SyncNews {
  /** Its word counts for nothing until `until` (monotonic ms of this node). */
  readonly "peer:banned": { readonly peer: PeerId; readonly code: string; readonly until: number };
  /** A producer sealed these two blocks for one turn. Told once in a run of this node, also where it is known from an earlier one. */
  readonly "producer:equivocated": { readonly producer: Account; readonly blocks: readonly [BlockId, BlockId] };
  /** A catch-up goes on: the height of the connected chain, and of the best headers. */
  readonly "sync:progress": { readonly height: number; readonly headerHeight: number; readonly peers: number };
}

declare module "@swarm-space/core" {
  interface SwarmEvents extends SyncNews {}
}

export type TellSync = <Name extends keyof SyncNews>(name: Name, event: SwarmEvents[Name]) => void;
