import { expect } from "vitest";
import { ChainStage, type Member } from "../support/chain-stage.ts";
import type { HeadingBook } from "../support/heading-book.ts";

const coin = 100_000_000n;
const roads = ["integrated", "gun"];

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
      await using play = new ChainStage();
      const [one, two] = await play.pair(...roads);
      const copies = secondCopies(two);
      await play.mine(one);
      await play.eventually(() => two.chain.getStats().height === 1, "in step");
      expect(copies).toHaveLength(1);
      for (const road of roads) expect(one.chain.getStats().perTransport[road]?.out, road).toBeGreaterThan(0);
      // What waits for a block is announced by the best, and by whichever is left.
      const actions = [() => one.chain.donate(coin), () => one.chain.deployToken({ ticker: "ANNA", name: "Anna" })];
      for (const [at, act] of actions.entries()) {
        const heal = play.network.outage({ transport: roads[at] ?? "" });
        await play.until(act());
        await play.eventually(() => two.chain.getPending().length === at + 1, "in step");
        heal();
      }
      await play.mine(one);
      await play.eventually(() => two.chain.getStats().height === 2, "in step");
      expect(two.chain.getRewardPool()).toMatchObject({ contributions: 1n });
      expect(two.chain.getRewardPool()).toEqual(one.chain.getRewardPool());
      expect(two.chain.getToken("ANNA")).toEqual(one.chain.getToken("ANNA") ?? expect.fail("no token"));
    });
  });

  heading("### Sync Mechanisms", ({ promise }) => {
    promise(["**Periodic Sync**: Every 2 minutes, request full chain from peers"], async () => {
      await using play = new ChainStage();
      const one = await play.join("memory");
      await play.mine(one, 3);
      const two = await play.join("memory");
      // The full chain comes at the first meeting; the beat then asks for what is new since.
      await play.agreed();
      expect(two.chain.getStats()).toMatchObject({ interval: 120_000, height: 3, blocksReceived: 3 });
      const asked = () => two.chain.getStats().perTransport["memory"]?.in ?? 0;
      const before = asked();
      await play.clock.advance(360_000);
      expect(asked() - before).toBe(3);
      // What was missed, the next beat brings: nobody mines meanwhile.
      await play.until(two.chain.stop());
      await play.mine(one);
      await play.until(two.chain.start());
      await play.clock.advance(121_000);
      expect(two.chain.getStats().height).toBe(4);
    });
    promise(["**Event-Driven**: New blocks broadcast immediately"], async () => {
      await using play = new ChainStage();
      const [one, ...others] = [await play.join("memory"), await play.join("memory"), await play.join("memory")];
      play.network.inject({}, { latencyMs: 20 });
      await play.eventually(() => play.members.every(({ swarm }) => swarm.peers().length === 2), "in step");
      await play.mine(one);
      const minedAt = play.clock.now();
      await play.eventually(() => others.every(({ chain }) => chain.getStats().height === 1), "in step");
      expect(play.clock.now() - minedAt).toBeLessThanOrEqual(100);
    });
    promise(["**Reward Pool**: Donations sync to all connected peers"], async () => {
      await using play = new ChainStage();
      const [one, two, three] = [await play.join("memory"), await play.join("memory"), await play.join("memory")];
      await play.mine(one);
      await play.agreed();
      await play.until(one.chain.donate(2n * coin));
      await play.eventually(() => [two, three].every(({ chain }) => chain.getPending().length === 1), "in step");
      await play.mine(two);
      await play.agreed();
      for (const { chain } of play.members) {
        expect(chain.getRewardPool()).toEqual(one.chain.getRewardPool());
        expect(chain.getRewardPool()).toMatchObject({ contributions: 1n });
      }
    });
    promise(["**Conflict Resolution**: Longest valid chain wins"], async () => {
      await using play = new ChainStage();
      const [one, two] = [await play.join("memory"), await play.join("memory")];
      await play.eventually(() => one.swarm.peers().length === 1, "in step");
      const heal = play.network.partition([[one.swarm.id], [two.swarm.id]]);
      await play.mine(one, 1);
      await play.mine(two, 3);
      const longest = two.chain.getStats().tip;
      heal();
      await play.agreed();
      expect(one.chain.getStats()).toMatchObject({ tip: longest, height: 3, reorgs: 1 });
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
        await using play = new ChainStage();
        play.network.inject({ transport: "integrated" }, { latencyMs: 400 });
        play.network.inject({ transport: "gun" }, { latencyMs: 5 });
        const [one, two] = await play.pair(...roads);
        const copies = secondCopies(two);
        await play.mine(one);
        const minedAt = play.clock.now();
        await play.eventually(() => two.chain.getStats().height === 1, "in step");
        expect(play.clock.now() - minedAt).toBeLessThan(400);
        await play.eventually(() => copies.length > 0, "in step");
        expect(copies).toEqual(["integrated"]);
        play.network.outage({ transport: "gun" });
        await play.mine(one);
        await play.eventually(() => two.chain.getStats().height === 2, "in step");
        expect(two.chain.getStats().tip).toBe(one.chain.getStats().tip);
      },
    );
    promise(["**Mesh Healing**: Peers sync even when some transports are down"], async () => {
      await using play = new ChainStage();
      const [one, two, three] = [await play.join(...roads), await play.join(...roads), await play.join(...roads)];
      await play.connected(roads.length);
      play.network.outage({ transport: "integrated", node: one.swarm.id });
      play.network.outage({ transport: "gun", node: two.swarm.id });
      for (const miner of [one, two, three]) {
        await play.mine(miner);
        await play.agreed();
      }
      expect(new Set(play.members.map(({ chain }) => chain.getStats().height))).toEqual(new Set([3]));
    });
  });
}
