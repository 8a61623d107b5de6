import { concatBytes } from "@noble/hashes/utils.js";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { chainRules } from "../src/chain/rules.ts";
import { encodeSealedHeader } from "../src/codec/index.ts";
import type { Block } from "../src/model/index.ts";
import { Equivocations } from "../src/sync/equivocations.ts";
import { Branch, personOf } from "./support/chain-play.ts";
import { meetServing } from "./support/input/scene.ts";
import { type Stranger, SyncStage } from "./support/sync-stage.ts";

const [anna, berta] = [personOf(1), personOf(2)];
const parameters = { consensus: "poa-round-robin", producers: [anna.account, berta.account] };
const stages: SyncStage[] = [];
beforeEach(() => vi.restoreAllMocks());
afterEach(() => {
  for (const stage of stages.splice(0)) stage.close();
});

async function openStage(): Promise<SyncStage> {
  const stage = await SyncStage.open({ options: { parameters }, verifier: SyncStage.strict });
  stage.events.on("producer:equivocated", (detail) => void stage.heard.push({ name: "equivocated", detail }));
  stages.push(stage);
  return stage;
}

/** Two blocks that Berta sealed for one turn. */
async function twoOfOneTurn({ rules }: { readonly rules: ReturnType<typeof chainRules> }) {
  const [one, two] = [new Branch(rules), new Branch(rules)];
  await one.grow(berta, [], 31_000);
  await two.grow(berta, [], 32_000);
  return [one, two] as const;
}

const proofOf = (...blocks: readonly (Block | undefined)[]) => ({
  kind: "equivocation",
  headers: concatBytes(...blocks.map((block) => encodeSealedHeader((block ?? expect.fail("no block")).sealed))),
});
const heard = ({ heard: all }: SyncStage) => all.filter(({ name }) => name === "equivocated");
const shownTo = ({ told }: Stranger) => told.filter(({ kind }) => kind === "equivocation");

test("two blocks of one turn come: it is told, and shown to every peer once, with whoever comes later; nobody who brought one is blamed", async () => {
  const stage = await openStage();
  const [one, two] = await twoOfOneTurn(stage);
  const early = await stage.meet("early");
  await stage.hold(one.blocks);
  const relayer = await meetServing({ stage }, "relayer", two.blocks);
  expect(heard(stage)).toEqual([
    { name: "equivocated", detail: { producer: berta.account, blocks: [one.tip.id, two.tip.id] } },
  ]);
  const late = await stage.meet("late");
  for (const peer of [early, late]) expect(shownTo(peer)).toEqual([proofOf(one.blocks[0], two.blocks[0])]);
  expect([early, relayer, late].map((peer) => stage.points(peer))).toEqual([0, 0, 0]);
  expect(stage.sync.equivocations.count).toBe(1);
});

test("a proof that another shows is checked, told and passed on once, though it comes again; the chain goes on as it would have", async () => {
  const stage = await openStage();
  const [one, two] = await twoOfOneTurn(stage);
  const [shows, others] = [await stage.meet("shows"), await stage.meet("others")];
  await stage.hold(one.blocks);
  for (let at = 0; at < 3; at += 1) await shows.tell(proofOf(two.blocks[0], one.blocks[0]));
  expect(heard(stage)).toHaveLength(1);
  expect(shownTo(others)).toHaveLength(1);
  expect(stage.points(shows)).toBe(0);
  await stage.hold([await one.grow(anna)]);
  expect(stage.tip.id).toBe(one.tip.id);
});

test("what proves nothing bans whoever shows it, and is passed on to nobody; ablation: unchecked it is", async () => {
  const stage = await openStage();
  const [one, two] = await twoOfOneTurn(stage);
  await one.grow(anna);
  const [first, second] = [one.blocks[0] ?? expect.fail("no block"), two.blocks[0] ?? expect.fail("no block")];
  const unsealed = { ...second, sealed: { ...second.sealed, seal: new Uint8Array(64).fill(1) } };
  const others = await stage.meet("others");
  const rows: readonly (readonly [string, ReturnType<typeof proofOf>, string])[] = [
    ["one block twice", proofOf(first, first), "MALFORMED"],
    ["blocks of two turns", proofOf(first, one.blocks[1]), "MALFORMED"],
    ["one that nobody sealed", proofOf(first, unsealed), "HEADER_SEAL"],
    ["half of one", { ...proofOf(first), kind: "equivocation" }, "MALFORMED"],
  ];
  for (const [name, proof, code] of rows) {
    await (await stage.meet(name)).tell(proof);
    expect(stage.bans).toContainEqual([name, code]);
  }
  expect(shownTo(others)).toEqual([]);
  expect(heard(stage)).toEqual([]);
  const believing = await SyncStage.open({ options: { parameters } });
  stages.push(believing);
  await (await believing.meet("liar")).tell(proofOf(first, unsealed));
  expect(believing.sync.equivocations.count).toBe(1);
});

test("under proof of work nobody gives such a word: what looks like a proof is none", async () => {
  const stage = await SyncStage.open();
  stages.push(stage);
  const [one, two] = await twoOfOneTurn(stage);
  await (await stage.meet("liar")).tell(proofOf(one.blocks[0], two.blocks[0]));
  expect(stage.bans).toEqual([["liar", "MALFORMED"]]);
});

test("who runs again knows it from the headers that were kept", async () => {
  const stage = await openStage();
  const [one, two] = await twoOfOneTurn(stage);
  await stage.hold(one.blocks);
  await meetServing({ stage }, "relayer", two.blocks);
  const { rules, court, peers } = { rules: stage.rules, court: stage.sync.court, peers: stage.sync.peers };
  const told: unknown[] = [];
  const again = new Equivocations({
    ...{ rules, court, peers },
    verifier: { verifyBatch: () => expect.fail("their seals were checked") },
    tell: (_name, event) => void told.push(event),
    send: () => undefined,
  });
  again.follow(stage.events, stage.room.chain.tree)();
  expect(told).toHaveLength(1);
});
