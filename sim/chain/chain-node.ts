import type { BlockchainSync } from "@swarm-space/chain-sync";
import type { EventName, Identity, PeerId } from "@swarm-space/core";
import type { CrashKind, SeededRandom, VirtualDisk } from "@swarm-space/testkit";

/** An honest node, whatever carries its letters. It dies at any moment and comes back with its disk. */
export interface ChainNode {
  readonly id: PeerId;
  readonly disk: VirtualDisk;
  /** Undefined while it is down, or not yet started. */
  readonly blockchain: BlockchainSync | undefined;
  boot(): Promise<void>;
  crash(kind: CrashKind): void;
  stop(): Promise<void>;
}

export interface NodePlan {
  readonly name: string;
  readonly identity: Identity;
  readonly random: SeededRandom;
}

export type Heard = (name: EventName, detail: unknown) => void;

/** A liar's side of the channel. */
export interface LiarLane {
  peers(): readonly PeerId[];
  tell(to: PeerId, message: unknown): void;
}

/** What a liar does with what comes. */
export interface LiarEar {
  heard(message: unknown): void;
  /** Never settles: that question has no answer. */
  asked(question: unknown): Promise<unknown>;
}

export interface LiarNode {
  readonly lane: LiarLane;
  boot(): Promise<void>;
  stop(): Promise<void>;
}

/** What nodes stand on. */
export interface Ground {
  /** As rules of the weather name it. */
  readonly transport: string;
  node(plan: NodePlan, heard: Heard): ChainNode;
  liar(plan: NodePlan, ear: LiarEar): LiarNode;
  close(): void;
}
