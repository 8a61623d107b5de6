import type { ChainRules, ChainSyncSettings } from "@swarm-space/chain-sync";
import type { PeerId, Store } from "@swarm-space/core";
import { type DatagramNetwork, LifeClock, type SeededRandom, type VirtualClock } from "@swarm-space/testkit";
import type { Ground, Heard, NodePlan } from "./chain-node.ts";
import { EngineNode, type EngineParts } from "./engine-node.ts";
import { Wire, type WireEnd, wireTransport } from "./wire.ts";

export interface EngineGroundOptions {
  readonly clock: VirtualClock;
  readonly network: DatagramNetwork;
  readonly random: SeededRandom;
  readonly parts: EngineParts;
  readonly rules: ChainRules;
  readonly settings: ChainSyncSettings;
  readonly areNeighbours: (one: PeerId, other: PeerId) => boolean;
  /** Where nodes keep what they have. Default: on their disks. */
  readonly store?: () => Store;
}

export interface EngineGround extends Omit<Ground, "node"> {
  node(plan: NodePlan, heard: Heard): EngineNode;
}

/** The plugin's engine on a small wire. */
export function engineGround({ store, ...o }: EngineGroundOptions): EngineGround {
  const { clock } = o;
  const wire = new Wire(o);
  return {
    transport: wireTransport,
    node: (plan, heard) =>
      new EngineNode({ ...o, ...plan, wire, heard, ...(store === undefined ? {} : { store: store() }) }),
    liar: ({ identity }, ear) => {
      const end: WireEnd = {
        peer: identity.id,
        clock: new LifeClock(clock),
        linked: () => undefined,
        unlinked: () => undefined,
        receive: (message) => ear.heard(message),
        respond: (question) => ear.asked(question),
      };
      const lane = wire.lane<unknown>(end);
      let leave = () => {};
      return {
        lane: {
          peers: () => lane.peers(),
          tell: (to, message) => void lane.send(to, message).catch(() => undefined),
        },
        boot: async () => {
          leave = wire.join(end);
        },
        stop: async () => leave(),
      };
    },
    close: () => wire.close(),
  };
}
