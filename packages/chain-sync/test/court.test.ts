import { SwarmError } from "@swarm-space/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { refuse } from "../src/model/index.ts";
import { Court } from "../src/sync/court.ts";
import { MinuteCount } from "../src/sync/minute-count.ts";
import { PeerScores } from "../src/sync/peer-scores.ts";
import { Branch, personOf } from "./support/chain-play.ts";
import { meetServing, openScene } from "./support/input/scene.ts";
import { headersOf, type Stranger, SyncStage, serving, tipOf } from "./support/sync-stage.ts";

describe("a question without an answer", () => {
  const outcomes: readonly (readonly [string, SwarmError, string | undefined, number])[] = [
    ["the peer does not have the question", remote("MESSAGE_INVALID"), "REFUSED", 0],
    ["the peer is busy", remote("CHAIN_PEER_BUSY"), "REFUSED", 0],
    ["the peer's own handler failed", remote("HANDLER_FAILED"), "REFUSED", 0],
    ["the peer says that its time is over", remote("LETTER_EXPIRED"), "REFUSED", 0],
    ["the answer is no message", new SwarmError("MESSAGE_INVALID", "the body is no message"), "MALFORMED", 100],
    ["no answer came", new SwarmError("LETTER_EXPIRED", "no answer came"), "NO_ANSWER", 2],
    ["this node stopped", new SwarmError("SWARM_STOPPED", "stopped"), undefined, 0],
    ["this node's outbox is full", new SwarmError("OUTBOX_FULL", "full"), undefined, 0],
  ];

  test.each(outcomes)("%s", (_what, error, code, points) => {
    const banned: unknown[] = [];
    const court = new Court({ now: () => 0, tell: (_name, event) => void banned.push(event) });
    court.unanswered("peer", error);
    expect(court.rejected).toEqual(code === undefined ? {} : { [code]: 1 });
    expect(court.scores.points("peer", 0)).toBe(points);
    expect(banned).toHaveLength(points >= 100 ? 1 : 0);
  });

  test("a peer of another version, which refuses every question, is asked again and again, and never banned", async () => {
    const { stage, better } = await openScene();
    const peer = await stage.meet("peer", () => {
      throw remote("MESSAGE_INVALID");
    });
    for (let at = 0; at < 50; at += 1) {
      await peer.tell(tipOf(better.blocks.at(-1)));
      await stage.pass(1_000);
    }
    expect(peer.asked.length).toBeGreaterThan(40);
    expect(stage.bans).toEqual([]);
    expect(stage.points(peer)).toBe(0);
    stage.close();
  });

  function remote(code: string): SwarmError {
    return new SwarmError(code, "the peer said so", { detail: { remote: true } });
  }
});

test("what is not provably a lie costs nothing, whatever its row says", () => {
  const scores = new PeerScores();
  for (const kind of ["policy", "orphan", "future", "internal"] as const)
    expect(scores.chargeRefusal("peer", { ...refuse("MALFORMED"), class: kind }, 0)).toBe(false);
  expect(scores.points("peer", 0)).toBe(0);
  expect(scores.chargeRefusal("peer", refuse("MALFORMED"), 0)).toBe(true);
});

test("counts by the minute: one full measure for each so many more, and none of the minute before", () => {
  const count = new MinuteCount(100);
  expect([count.add(100, 0), count.add(1, 10), count.add(99, 20), count.add(1, 59_999)]).toEqual([0, 1, 0, 1]);
  expect(count.add(100, 60_000)).toBe(0);
  fc.assert(
    fc.property(fc.array(fc.nat(300), { maxLength: 20 }), (all) => {
      const each = new MinuteCount(100);
      const told = all.reduce((sum, some) => sum + each.add(some, 5), 0);
      const total = all.reduce((sum, some) => sum + some, 0);
      expect(told).toBe(Math.floor(Math.max(0, total - 1) / 100));
    }),
  );
});

describe("under the authority of producers", () => {
  const [anna, berta] = [personOf(1), personOf(2)];
  const parameters = { consensus: "poa-round-robin", producers: [anna.account, berta.account] };
  const counted = () => {
    let checks = 0;
    return {
      get checks() {
        return checks;
      },
      verify(...claim: Parameters<typeof SyncStage.strict.verify>) {
        checks += 1;
        return SyncStage.strict.verify(...claim);
      },
    };
  };

  test("a seal that is not its producer's bans; one that is homeless, or no header of this chain, costs no check of it", async () => {
    const verifier = counted();
    const stage = await SyncStage.open({ options: { parameters }, verifier });
    const branch = new Branch(stage.rules);
    for (const by of [berta, anna, berta, anna]) await branch.grow(by);
    const forge = (byte: number) =>
      branch.blocks.map((each) => ({ ...each, sealed: { ...each.sealed, seal: new Uint8Array(64).fill(byte) } }));
    const homeless = await stage.meet("homeless", () => headersOf(branch.blocks.slice(1)));
    await homeless.tell(tipOf(branch.blocks[3]));
    expect([verifier.checks, stage.points(homeless)]).toEqual([0, 0]);
    const foreign = branch.blocks.map((each) => ({
      ...each,
      sealed: { ...each.sealed, header: { ...each.sealed.header, chainId: "ab".repeat(32) } },
    }));
    const stranger = await stage.meet("stranger", () => headersOf(foreign.slice(0, 1)));
    await stranger.tell(tipOf(branch.blocks[3]));
    expect(verifier.checks).toBe(0);
    const liar: Stranger = await stage.meet("liar", serving(forge(1)));
    await liar.tell(tipOf(forge(1)[3]));
    expect(stage.bans).toContainEqual(["liar", "HEADER_SEAL"]);
    await meetServing({ stage }, "honest", branch.blocks);
    expect(stage.tip.id).toBe(branch.tip.id);
    stage.close();
  });

  test("an equivocating producer: both of his blocks are kept, and who brings the second is not blamed", async () => {
    const stage = await SyncStage.open({ options: { parameters } });
    const [one, two] = [new Branch(stage.rules), new Branch(stage.rules)];
    await one.grow(berta, [], 31_000);
    await two.grow(berta, [], 32_000);
    await stage.hold(one.blocks);
    const relayer = await meetServing({ stage }, "relayer", two.blocks);
    for (const { tip } of [one, two]) expect(stage.room.chain.tree.get(tip.id)).toBeDefined();
    expect(stage.points(relayer)).toBe(0);
    stage.close();
  });
});
