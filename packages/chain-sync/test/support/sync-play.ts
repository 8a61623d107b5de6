import chainSync, { type BlockchainSync, type ChainSyncConfig, getBlockchainSync } from "@swarm-space/chain-sync";
import { createSwarm, identityFromSecret, ports, replaceRoom, type Store, type Swarm, use } from "@swarm-space/core";
import { MemoryNetwork, memoryPlugin, SeededRandom, VirtualClock } from "@swarm-space/testkit";
import * as z from "zod";
import { type ChainMessage, channelName, messageSchema } from "../../src/sync/wire.ts";

export interface Member {
  readonly swarm: Swarm;
  readonly chain: BlockchainSync;
  readonly heard: { readonly name: string; readonly detail: unknown }[];
  /** Codes of what its log warned of. */
  readonly warnings: readonly string[];
}

const told = ["block:connected", "chain:reorg", "peer:banned", "tx:accepted", "sync:progress", "state:token"] as const;

/** Whole nodes on a network in memory, in virtual time. */
export class SyncPlay {
  readonly clock = new VirtualClock({ wallMs: Date.UTC(2026, 0, 1) });
  readonly network = new MemoryNetwork({ clock: this.clock, seed: 7 });
  readonly members: Member[] = [];
  readonly others: Swarm[] = [];

  /** @param roads ids of memory transports */
  async join(
    o: { readonly options?: ChainSyncConfig; readonly roads?: readonly string[]; readonly store?: Store } = {},
  ) {
    const { options = {}, roads = ["memory"], store } = o;
    const seed = this.members.length + 1;
    const random = new SeededRandom(`node ${seed}`);
    const warnings: string[] = [];
    const parameters = { leastDifficulty: 1, ...options.parameters };
    const swarm = await createSwarm({
      plugins: [
        ...roads.map((id) => use(memoryPlugin({ network: this.network, id }))),
        use(chainSync, { ...options, parameters }),
      ],
      identity: identityFromSecret(random.bytes(32)),
      replace: [
        replaceRoom(ports.clock, () => this.clock),
        replaceRoom(ports.random, () => random),
        replaceRoom(ports.logger, () => ({ debug() {}, info() {}, warn: (code) => warnings.push(code), error() {} })),
        ...(store === undefined ? [] : [replaceRoom(ports.store, () => store)]),
      ],
    });
    const heard: Member["heard"] = [];
    for (const name of told) swarm.on(name, (detail) => void heard.push({ name, detail }));
    await this.settle(swarm.start());
    const member = { swarm, chain: getBlockchainSync(swarm), heard, warnings };
    this.members.push(member);
    return member;
  }

  /** A node that speaks the channel by itself, and answers as it is told to. */
  async joinLiar(answer: (question: ChainMessage) => unknown, roads: readonly string[] = ["memory"]) {
    const random = new SeededRandom(`liar ${this.others.length}`);
    const swarm = await createSwarm({
      plugins: roads.map((id) => use(memoryPlugin({ network: this.network, id }))),
      identity: identityFromSecret(random.bytes(32)),
      replace: [replaceRoom(ports.clock, () => this.clock), replaceRoom(ports.random, () => random)],
    });
    const channel = swarm.channel({ name: channelName, schema: z.unknown(), response: z.unknown(), order: "none" });
    channel.onMessage(() => undefined);
    channel.onRequest((question) => answer(messageSchema.parse(question)));
    await this.settle(swarm.start());
    this.others.push(swarm);
    return { swarm, channel };
  }

  /** Lets time go on until it settles. */
  async settle<Value>(work: Promise<Value>): Promise<Value> {
    let isDone = false;
    const done = work.finally(() => {
      isDone = true;
    });
    done.catch(() => undefined);
    for (let turn = 0; !isDone && turn < 20_000; turn += 1) await this.clock.advance(10);
    return done;
  }

  /** Lets time go on until it holds. */
  async until(holds: () => boolean, mostMs = 60_000): Promise<void> {
    const end = this.clock.now() + mostMs;
    while (!holds() && this.clock.now() < end) await this.clock.advance(20);
    if (!holds()) throw new Error(`not within ${mostMs} ms of virtual time`);
  }

  async mine({ chain }: Member, blocks = 1): Promise<void> {
    for (let at = 0; at < blocks; at += 1) await this.settle(chain.mine());
  }

  async close(): Promise<void> {
    for (const swarm of [...this.others, ...this.members.map((each) => each.swarm)]) await this.settle(swarm.stop());
  }
}

export const tipsOf = (members: readonly Member[]) => new Set(members.map(({ chain }) => chain.getStats().tip));
