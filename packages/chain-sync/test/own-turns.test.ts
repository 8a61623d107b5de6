import { afterEach, beforeEach, expect, test } from "vitest";
import { SyncPlay } from "./support/sync-play.ts";

let play: SyncPlay;
beforeEach(() => {
  play = new SyncPlay();
});
afterEach(() => play.close());

/** Turns of a minute, so that all that is at once is in one. */
const blockTimeMs = 60_000;
/** The first node of each play has the same account. */
async function firstAccount(): Promise<string> {
  const other = new SyncPlay();
  const { chain } = await other.join();
  await other.close();
  return chain.account;
}

test("two blocks asked for at once, under authority: one is made, and its maker's word holds", async () => {
  const parameters = { consensus: "poa-round-robin", producers: [await firstAccount()], blockTimeMs };
  const { chain } = await play.join({ options: { parameters } });
  const [one, two] = await play.settle(Promise.allSettled([chain.mine(), chain.mine()]));
  expect([one?.status, two]).toEqual([
    "fulfilled",
    { status: "rejected", reason: expect.objectContaining({ code: "CHAIN_NOT_IN_TURN" }) },
  ]);
  const { retryAt } = two?.status === "rejected" ? two.reason.detail : {};
  expect(retryAt).toBeGreaterThan(play.clock.wall());
  expect(chain.getStats()).toMatchObject({ height: 1, equivocators: 0 });
  await play.clock.advance(retryAt - play.clock.wall());
  await play.settle(chain.mine());
  expect(chain.getStats()).toMatchObject({ height: 2, equivocators: 0 });
});

test("two blocks asked for at once, under work: both are kept, one stands, and what the other held waits or is in it", async () => {
  const { chain } = await play.join({ options: { parameters: { leastDifficulty: 16_384 } } });
  await play.settle(chain.mine());
  const first = chain.mine();
  // No time goes on meanwhile: the first one pauses.
  const paid = await chain.donate(1n);
  const made = await play.settle(Promise.all([first, chain.mine()]));
  const standing = await chain.getBlock(2);
  expect(chain.getStats().height).toBe(2);
  expect(made.filter(({ id }) => id === standing?.id)).toHaveLength(1);
  for (const { id } of made) expect((await chain.getBlock(id))?.id).toBe(id);
  const isIn = standing?.transactions.some(({ id }) => id === paid);
  expect(chain.getPending().map(({ id }) => id)).toEqual(isIn ? [] : [paid]);
});

test("a turn whose block was called off is still this account's", async () => {
  const parameters = { consensus: "poa-round-robin", producers: [await firstAccount()], blockTimeMs };
  const { chain } = await play.join({ options: { parameters } });
  await expect(chain.mine({ signal: AbortSignal.abort(new Error("called off")) })).rejects.toThrow("called off");
  await play.settle(chain.mine());
  expect(chain.getStats()).toMatchObject({ height: 1, equivocators: 0 });
});
