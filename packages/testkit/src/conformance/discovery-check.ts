import type { Address, DiscoverySource, PeerId, Sighting } from "@swarm-space/core";
import type { Check, Claim } from "./choice.ts";
import type { ConformanceTime } from "./conformance-time.ts";
import type { DiscoveryStage } from "./discovery-stage.ts";
import type { WaitLimits } from "./patience.ts";

/** One node whose source is tried. It can be found, by itself or once it announces itself. */
export interface DiscoveryNode {
  readonly peer: PeerId;
  readonly source: DiscoverySource;
  /** Where it can be reached. None: its source tells who is there, and no addresses. */
  addresses(): readonly Address[];
  /** It goes away in order. Twice is harmless. */
  close(): void | Promise<void>;
}

/** The medium of one check, and the nodes on it. */
export interface DiscoveryHarness {
  open(): DiscoveryNode | Promise<DiscoveryNode>;
  /** Whether a sighting is of a node. Default: it names the node's peer. A source that knows addresses alone says which are whose. */
  isOf?(sighting: Sighting, node: DiscoveryNode): boolean;
  /** How time passes. Default: the machine's. */
  readonly time?: ConformanceTime;
  readonly limits?: Partial<DiscoveryLimits>;
  /** So many announcements come, as fast as the medium carries them. */
  crowd?(count: number): void | Promise<void>;
  /** Announces what is no announcement, as a stranger can. */
  throwRubbish?(): void | Promise<void>;
  /** Counts of what keeps the process busy now, by kind. */
  held?(): ReadonlyMap<string, number>;
  /** Frees everything. */
  dispose(): void | Promise<void>;
}

export interface DiscoveryLimits extends WaitLimits {
  /** Sightings that wait for who does not read them. Default 1,024. */
  readonly mostWaiting: number;
}

/** What not every source can show. A text says why not: see `Claim`. */
export interface DiscoveryCapabilities {
  /** It has `announce`, and tells what is announced: addresses of other transports too. */
  readonly announces: Claim;
  /** Announcements carry the letter key card. */
  readonly cards: Claim;
  /** Who left in order is told no longer. */
  readonly withdraws: Claim;
  /** The harness has `crowd`. */
  readonly crowd: Claim;
  /** The harness has `throwRubbish`. */
  readonly rubbish: Claim;
  /** The harness has `held`. */
  readonly resources: Claim;
}

export interface DiscoveryCheck extends Check<keyof DiscoveryCapabilities> {
  run(stage: DiscoveryStage): Promise<void>;
}
