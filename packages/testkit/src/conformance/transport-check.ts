import type { Connection, PeerId, Target, Transport } from "@swarm-space/core";
import type { Check, Claim } from "./choice.ts";
import type { ConformanceTime } from "./conformance-time.ts";
import type { WaitLimits } from "./patience.ts";
import type { TransportStage } from "./transport-stage.ts";

/** One transport under test, closed, that can meet every other one of its harness. */
export interface TransportNode {
  readonly transport: Transport;
  /** Named in targets that lead to it, where the transport needs it. */
  readonly peer?: PeerId;
}

/** The place where the transports of one check meet. Made afresh for each check. */
export interface TransportHarness {
  make(): TransportNode | Promise<TransportNode>;
  /** How time passes. Default: the machine's. */
  readonly time?: ConformanceTime;
  readonly limits?: Partial<TransportLimits>;
  /** A target where nobody is. Default: that of a transport that was closed. */
  absent?(): Target | Promise<Target>;
  /** As when the process of an open transport dies: nobody is told. */
  kill?(node: TransportNode): void | Promise<void>;
  /** Takes the relay or server away on which all depend. Resolves to what brings it back. */
  takeRendezvousAway?(): Promise<() => void | Promise<void>>;
  /** Writes bytes that are no frames to where an open transport listens, as a stranger can. */
  throwRubbish?(node: TransportNode): void | Promise<void>;
  /** Counts of what keeps the process busy now, by kind: timers, sockets. */
  held?(): ReadonlyMap<string, number>;
  /** Frees everything, closed or not. */
  dispose(): void | Promise<void>;
}

export interface TransportLimits extends WaitLimits {
  /** A connection whose other side died is "lost" within so many milliseconds. Default 30,000. */
  readonly lostWithinMs: number;
  /** `send` says wait before so many bytes wait. Default 16 MiB. */
  readonly mostBufferedBytes: number;
  /** A receiver keeps at most so many bytes for a reader that does not come. Default 64 MiB. */
  readonly mostUnreadBytes: number;
}

/** What not every medium can show. A text says why not: see `Claim`. */
export interface TransportCapabilities {
  /** Tells PEER_ABSENT from DIAL_FAILED: the medium knows who is there. */
  readonly tellsAbsence: Claim;
  /** The harness has `takeRendezvousAway`: all roads depend on a relay or server. */
  readonly rendezvous: Claim;
  /** The rendezvous carries the bytes, so that connections end with it. */
  readonly relayed: Claim;
  /** The harness has `kill`. */
  readonly kill: Claim;
  /** Notices a dead side also while nothing is sent. */
  readonly probes: Claim;
  /** The harness has `throwRubbish`. */
  readonly rubbish: Claim;
  /** The harness has `held`. */
  readonly resources: Claim;
}

export interface TransportCheck extends Check<keyof TransportCapabilities> {
  run(stage: TransportStage): Promise<void>;
}

/** Both ends of one connection, and those they belong to. */
export interface Pair {
  readonly here: Stand;
  readonly there: Stand;
  /** The dialler's end, and the accepting one. */
  readonly near: Connection;
  readonly far: Connection;
}

/** An open transport, with what came in to it. */
export interface Stand {
  readonly node: TransportNode;
  readonly transport: Transport;
  readonly accepted: readonly Connection[];
  /** Where it is dialled. */
  target(): Target;
}

/** What one end has read, as it was given. */
export interface Heard {
  readonly frames: readonly Uint8Array[];
}
