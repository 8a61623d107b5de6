import chainSync, { type BlockchainSync, getBlockchainSync } from "@swarm-space/chain-sync";
import { type Swarm, use } from "@swarm-space/core";
import { memoryPlugin } from "@swarm-space/testkit";
import { Stage } from "../../acceptance/stage.ts";

/** Before the stage's time begins. */
const genesisTime = Date.UTC(2023, 0, 1);

/** A node with a chain. */
export interface Member {
  readonly swarm: Swarm;
  readonly chain: BlockchainSync;
}

/** Whole nodes with a chain in virtual time. Disposed, it stops them all. */
export class ChainStage extends Stage {
  readonly members: Member[] = [];

  /** A started node. @param roads ids of its transports */
  async join(...roads: readonly string[]): Promise<Member> {
    const swarm = await this.node(`member ${this.members.length}`, [
      ...roads.map((id) => use(memoryPlugin({ network: this.network, id }))),
      use(chainSync, { parameters: { leastDifficulty: 1, genesisTime } }),
    ]);
    await this.start(swarm);
    const member = { swarm, chain: getBlockchainSync(swarm) };
    this.members.push(member);
    return member;
  }

  /** Two of them, connected over each of these transports. */
  async pair(...roads: readonly string[]): Promise<readonly [Member, Member]> {
    const pair = [await this.join(...roads), await this.join(...roads)] as const;
    await this.connected(roads.length);
    return pair;
  }

  /** Waits until each is connected to each, over so many transports. */
  async connected(roads: number): Promise<void> {
    const isConnected = ({ swarm }: Member) =>
      swarm.peers().length === this.members.length - 1 &&
      swarm.peers().every(({ transports }) => transports.length === roads);
    await this.eventually(() => this.members.every(isConnected), "all are connected");
    await this.clock.advance(2_000);
  }

  async mine({ chain }: Member, blocks = 1): Promise<void> {
    for (let at = 0; at < blocks; at += 1) await this.until(chain.mine());
  }

  /** Waits until all have the same chain, of this height where one is told. */
  async agreed(height?: number, maxMs = 400_000): Promise<void> {
    const stats = () => this.members.map(({ chain }) => chain.getStats());
    const isAgreed = () =>
      new Set(stats().map(({ tip }) => tip)).size === 1 && (height === undefined || stats()[0]?.height === height);
    await this.eventually(isAgreed, "one chain", maxMs);
  }
}
