import chainSync, { type BlockchainSync, type ChainSyncConfig, getBlockchainSync } from "@swarm-space/chain-sync";
import { type PeerId, type PluginUse, use } from "@swarm-space/core";
import resilience from "@swarm-space/resilience";
import {
  type CrashKind,
  type DatagramNetwork,
  datagramPlugin,
  type LifePlan,
  MortalNode,
  type VirtualClock,
  type VirtualDisk,
} from "@swarm-space/testkit";
import * as z from "zod";
import type { ChainNode, Ground, LiarEar, LiarLane, LiarNode, NodePlan } from "./chain-node.ts";

export interface WholeGroundOptions {
  readonly clock: VirtualClock;
  readonly network: DatagramNetwork;
  readonly config: ChainSyncConfig;
}

const transport = "road";

/** Whole nodes of the shipped kernel with the shipped plugin, all of them neighbours: sealed, framed, acknowledged. */
export function wholeGround({ clock, network, config }: WholeGroundOptions): Ground {
  return {
    transport,
    node: ({ name, identity, random }, heard) =>
      new WholeNode(
        new MortalNode(
          {
            name,
            clock,
            random,
            durable: true,
            plugins: (plan) => [...roads(network, plan), use(chainSync, config)],
            furnish: () => undefined,
            heard,
          },
          identity,
        ),
      ),
    liar: (plan, ear) => wholeLiar(clock, network, plan, ear),
    close: () => undefined,
  };
}

/** A node of the shipped kernel. */
class WholeNode implements ChainNode {
  readonly #node: MortalNode;

  constructor(node: MortalNode) {
    this.#node = node;
  }

  get id(): PeerId {
    return this.#node.identity.id;
  }

  get disk(): VirtualDisk {
    if (this.#node.disk === undefined) throw new TypeError("it has a disk");
    return this.#node.disk;
  }

  get blockchain(): BlockchainSync | undefined {
    const swarm = this.#node.life?.swarm;
    return swarm?.state === "started" ? getBlockchainSync(swarm) : undefined;
  }

  boot(): Promise<void> {
    return this.#node.boot();
  }

  crash(kind: CrashKind): void {
    this.#node.crash(kind);
  }

  stop(): Promise<void> {
    return this.#node.stop();
  }
}

function wholeLiar(
  clock: VirtualClock,
  network: DatagramNetwork,
  { name, identity, random }: NodePlan,
  ear: LiarEar,
): LiarNode {
  let lane: LiarLane = { peers: () => [], tell: () => undefined };
  const node = new MortalNode(
    {
      name,
      clock,
      random,
      durable: false,
      plugins: (plan) => roads(network, plan),
      furnish: ({ swarm }) => {
        const channel = swarm.channel({ name: "chain/1", schema: z.unknown(), response: z.unknown(), order: "none" });
        channel.onMessage((message) => ear.heard(message));
        channel.onRequest((question) => ear.asked(question));
        lane = {
          peers: () => swarm.peers().map(({ id }) => id),
          tell: (to, message) => void channel.send(to, message).catch(() => undefined),
        };
      },
      heard: () => undefined,
    },
    identity,
  );
  return {
    lane: { peers: () => lane.peers(), tell: (to, message) => lane.tell(to, message) },
    boot: () => node.boot(),
    stop: () => node.stop(),
  };
}

/** Breakers and backoffs as short as a seed is. */
function roads(network: DatagramNetwork, { death, clock }: LifePlan): readonly PluginUse[] {
  return [
    use(datagramPlugin({ network, death, id: transport, arrive: (run) => clock.arrive(run) })),
    use(resilience, {
      failureThreshold: 3,
      openStateTimeout: 3_000,
      baseBackoffMs: 200,
      maxBackoffMs: 5_000,
      halfOpenSuccessThreshold: 1,
    }),
  ];
}
