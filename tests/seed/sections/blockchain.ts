import { expect } from "vitest";
import { type Member, SyncPlay, tipsOf } from "../../../packages/chain-sync/test/support/sync-play.ts";
import type { HeadingBook } from "../support/heading-book.ts";

const coin = 100_000_000n;
const roads = ["integrated", "gun"];

/** So many nodes with two transports of the seed, each connected to each over both. */
export async function connectedMembers(play: SyncPlay, count: number): Promise<readonly Member[]> {
  for (let at = 0; at < count; at += 1) await play.join({ roads });
  const isJoined = ({ swarm }: Member) =>
    swarm.peers().length === count - 1 && swarm.peers().every(({ transports }) => transports.length === roads.length);
  await play.until(() => play.members.every(isJoined));
  await play.clock.advance(2_000);
  return play.members;
}

/** What came twice from now on: by which transport the second copy came. */
function secondCopies({ swarm }: Member): readonly string[] {
  const copies: string[] = [];
  swarm.on("message:duplicate", ({ transport }) => void copies.push(transport));
  return copies;
}

/** "Blockchain Integration" and what stands under it. */
export function blockchain({ heading }: HeadingBook): void {
  heading("## Blockchain Integration", ({ promise }) => {
    promise(["All blockchain data synchronizes across **every connected transport**:"], async () => {
      const play = new SyncPlay();
      const [one, two] = await connectedMembers(play, 2);
      if (one === undefined || two === undefined) return expect.fail("no two");
      const copies = secondCopies(two);
      await play.mine(one);
      await play.until(() => two.chain.getStats().height === 1);
      expect(copies).toHaveLength(1);
      for (const road of roads) expect(one.chain.getStats().perTransport[road]?.out, road).toBeGreaterThan(0);
      // What waits for a block is announced by the best, and by whichever is left.
      const actions = [() => one.chain.donate(coin), () => one.chain.deployToken({ ticker: "ANNA", name: "Anna" })];
      for (const [at, act] of actions.entries()) {
        const heal = play.network.outage({ transport: roads[at] ?? "" });
        await play.settle(act());
        await play.until(() => two.chain.getPending().length === at + 1);
        heal();
      }
      await play.mine(one);
      await play.until(() => two.chain.getStats().height === 2);
      expect(two.chain.getRewardPool()).toMatchObject({ contributions: 1n });
      expect(two.chain.getRewardPool()).toEqual(one.chain.getRewardPool());
      expect(two.chain.getToken("ANNA")).toEqual(one.chain.getToken("ANNA") ?? expect.fail("no token"));
      await play.close();
    });
  });

  heading("### Sync Mechanisms", ({ promise }) => {
    promise(["**Periodic Sync**: Every 2 minutes, request full chain from peers"], async () => {
      const play = new SyncPlay();
      const one = await play.join();
      await play.mine(one, 3);
      const two = await play.join();
      // The full chain comes at the first meeting; the beat then asks for what is new since.
      await play.until(() => tipsOf(play.members).size === 1);
      expect(two.chain.getStats()).toMatchObject({ interval: 120_000, height: 3, blocksReceived: 3 });
      const asked = () => two.chain.getStats().perTransport["memory"]?.in ?? 0;
      const before = asked();
      await play.clock.advance(360_000);
      expect(asked() - before).toBe(3);
      // What was missed, the next beat brings: nobody mines meanwhile.
      await play.settle(two.chain.stop());
      await play.mine(one);
      await play.settle(two.chain.start());
      await play.clock.advance(121_000);
      expect(two.chain.getStats().height).toBe(4);
      await play.close();
    });
    promise(["**Event-Driven**: New blocks broadcast immediately"], async () => {
      const play = new SyncPlay();
      const [one, ...others] = [await play.join(), await play.join(), await play.join()];
      play.network.inject({}, { latencyMs: 20 });
      await play.until(() => play.members.every(({ swarm }) => swarm.peers().length === 2));
      await play.mine(one);
      const minedAt = play.clock.now();
      await play.until(() => others.every(({ chain }) => chain.getStats().height === 1));
      expect(play.clock.now() - minedAt).toBeLessThanOrEqual(100);
      await play.close();
    });
    promise(["**Reward Pool**: Donations sync to all connected peers"], async () => {
      const play = new SyncPlay();
      const [one, two, three] = [await play.join(), await play.join(), await play.join()];
      await play.mine(one);
      await play.until(() => tipsOf(play.members).size === 1);
      await play.settle(one.chain.donate(2n * coin));
      await play.until(() => [two, three].every(({ chain }) => chain.getPending().length === 1));
      await play.mine(two);
      await play.until(() => tipsOf(play.members).size === 1);
      for (const { chain } of play.members) {
        expect(chain.getRewardPool()).toEqual(one.chain.getRewardPool());
        expect(chain.getRewardPool()).toMatchObject({ contributions: 1n });
      }
      await play.close();
    });
    promise(["**Conflict Resolution**: Longest valid chain wins"], async () => {
      const play = new SyncPlay();
      const [one, two] = [await play.join(), await play.join()];
      await play.until(() => one.swarm.peers().length === 1);
      const heal = play.network.partition([[one.swarm.id], [two.swarm.id]]);
      await play.mine(one, 1);
      await play.mine(two, 3);
      const longest = two.chain.getStats().tip;
      heal();
      await play.until(() => tipsOf(play.members).size === 1, 400_000);
      expect(one.chain.getStats()).toMatchObject({ tip: longest, height: 3, reorgs: 1 });
      await play.close();
    });
  });

  heading("### Cross-Transport Benefits", ({ promise }) => {
    promise(
      [
        "**Redundancy**: Block data available via multiple paths",
        "**Speed**: Fastest transport delivers first",
        "**Resilience**: Network survives transport failures",
      ],
      async () => {
        const play = new SyncPlay();
        play.network.inject({ transport: "integrated" }, { latencyMs: 400 });
        play.network.inject({ transport: "gun" }, { latencyMs: 5 });
        const [one, two] = await connectedMembers(play, 2);
        if (one === undefined || two === undefined) return expect.fail("no two");
        const copies = secondCopies(two);
        await play.mine(one);
        const minedAt = play.clock.now();
        await play.until(() => two.chain.getStats().height === 1);
        expect(play.clock.now() - minedAt).toBeLessThan(400);
        await play.until(() => copies.length > 0);
        expect(copies).toEqual(["integrated"]);
        play.network.outage({ transport: "gun" });
        await play.mine(one);
        await play.until(() => two.chain.getStats().height === 2);
        expect(two.chain.getStats().tip).toBe(one.chain.getStats().tip);
        await play.close();
      },
    );
    promise(["**Mesh Healing**: Peers sync even when some transports are down"], async () => {
      const play = new SyncPlay();
      const [one, two, three] = await connectedMembers(play, 3);
      if (one === undefined || two === undefined || three === undefined) return expect.fail("no three");
      play.network.outage({ transport: "integrated", node: one.swarm.id });
      play.network.outage({ transport: "gun", node: two.swarm.id });
      for (const miner of [one, two, three]) await play.mine(miner);
      await play.until(() => tipsOf(play.members).size === 1 && one.chain.getStats().height === 3, 400_000);
      expect(new Set(play.members.map(({ chain }) => chain.getStats().height))).toEqual(new Set([3]));
      await play.close();
    });
  });
}
