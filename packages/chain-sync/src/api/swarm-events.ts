import type { RewardPool } from "../ledger/kept-values.ts";
import type { Receipt } from "../model/state.ts";

/** What the state came to, for those who show it. */
export interface StateNews {
  /** The reward pool after a block. */
  readonly "state:pool": RewardPool;
  /** A profile token was deployed, or moved. */
  readonly "state:token": Receipt;
}

declare module "@swarm-space/core" {
  interface SwarmEvents extends StateNews {}
}
