import { concatBytes } from "@noble/hashes/utils.js";
import { afterEach, beforeEach, expect, test } from "vitest";
import { encodeBody, encodeSealedHeader } from "../src/codec/index.ts";
import { bytesOf } from "../src/hashing/domains.ts";
import type { Block } from "../src/model/index.ts";
import type { ChainAnswer, ChainMessage } from "../src/sync/wire.ts";
import { Branch, personOf, playRules } from "./support/chain-play.ts";
import { SyncPlay } from "./support/sync-play.ts";

let play: SyncPlay;
beforeEach(() => {
  play = new SyncPlay();
});
afterEach(() => play.close());

const rules = playRules({ network: "swarm-space" });
async function grown(length: number): Promise<Branch> {
  const branch = new Branch(rules);
  for (let at = 0; at < length; at += 1) await branch.grow(personOf(1));
  return branch;
}

const headersOf = (blocks: readonly Block[]): ChainAnswer => ({
  kind: "headers",
  headers: concatBytes(...blocks.map(({ sealed }) => encodeSealedHeader(sealed))),
});
const tipOf = (blocks: readonly Block[]): ChainMessage => {
  const { sealed } = blocks.at(-1) ?? expect.fail("no blocks");
  return { kind: "tip", header: encodeSealedHeader(sealed) };
};

const bodiesOf = (blocks: readonly Block[]): ChainAnswer => ({
  kind: "bodies",
  bodies: blocks.map(({ transactions }) => encodeBody(transactions.map(({ transaction }) => transaction))),
});
const askedOf = (blocks: readonly Block[], ids: readonly Uint8Array[]) =>
  ids.flatMap((id) => blocks.filter((each) => bytesOf(each.id).every((byte, at) => byte === id[at])));

/** A liar that tells of these blocks, and answers what `bodies` makes of those whose bodies it is asked for. */
async function meetLiar(blocks: readonly Block[], bodies: (asked: readonly Block[]) => ChainAnswer) {
  const victim = await play.join();
  const { channel, swarm } = await play.joinLiar((question) => {
    if (question.kind !== "getBodies") return headersOf(blocks);
    return bodies(askedOf(blocks, question.ids));
  });
  await play.until(() => victim.swarm.peers().length === 1);
  return { victim, liar: swarm.id, tell: (message: unknown) => play.settle(channel.send(victim.swarm.id, message)) };
}

const bans = (victim: { readonly heard: readonly { readonly name: string; readonly detail: unknown }[] }) =>
  victim.heard.filter(({ name }) => name === "peer:banned").map(({ detail }) => detail);

test("honest blocks by hand are taken: what follows fails for what it says alone", async () => {
  const { blocks } = await grown(3);
  const { victim, tell } = await meetLiar(blocks, bodiesOf);
  await tell(tipOf(blocks));
  await play.until(() => victim.chain.getStats().height === 3);
  expect(bans(victim)).toEqual([]);
});

test("p2p_invalid_block: a body that is none bans its sender, and the block may still come from others", async () => {
  const { blocks } = await grown(1);
  const { victim, liar, tell } = await meetLiar(blocks, () => ({ kind: "bodies", bodies: [Uint8Array.of(0, 0, 0)] }));
  await tell(tipOf(blocks));
  await play.until(() => bans(victim).length > 0);
  expect(bans(victim)).toEqual([expect.objectContaining({ peer: liar, code: "MALFORMED" })]);
  expect(victim.chain.getStats()).toMatchObject({ height: 0, headerHeight: 1, banned: 1 });
});

test("1, 2: a header that declares work it does not have changes nothing, and bans", async () => {
  const { blocks } = await grown(1);
  const forged = blocks.map((block) => {
    const header = { ...block.sealed.header, difficulty: 2 ** 22 };
    return { ...block, sealed: { ...block.sealed, header } };
  });
  const { victim, liar, tell } = await meetLiar(forged, () => bodiesOf([]));
  await tell(tipOf(forged));
  await play.until(() => bans(victim).length > 0);
  expect(bans(victim)).toEqual([expect.objectContaining({ peer: liar })]);
  expect(victim.chain.getStats()).toMatchObject({ height: 0, headerHeight: 0 });
});

test("who promises bodies and gives none is charged little, and is not banned for it at once", async () => {
  const { blocks } = await grown(2);
  const { victim, tell } = await meetLiar(blocks, (asked) => ({ kind: "bodies", bodies: asked.map(() => null) }));
  await tell(tipOf(blocks));
  await play.until(() => (victim.chain.getStats().rejected["NOT_FOUND"] ?? 0) > 0);
  expect(victim.chain.getStats()).toMatchObject({ height: 0, banned: 0 });
});

test("an answer that is late comes beside the one of whoever was asked instead: nothing is taken twice", async () => {
  const { blocks } = await grown(3);
  const late = Promise.withResolvers<void>();
  const answered: string[] = [];
  const answering = (name: string, when: Promise<void>) => async (question: ChainMessage) => {
    if (question.kind !== "getBodies") return headersOf(blocks);
    await when;
    answered.push(name);
    return bodiesOf(askedOf(blocks, question.ids));
  };
  const victim = await play.join();
  const slow = await play.joinLiar(answering("slow", late.promise));
  await play.until(() => victim.swarm.peers().length === 1);
  await play.settle(slow.channel.send(victim.swarm.id, tipOf(blocks)));
  const swift = await play.joinLiar(answering("swift", Promise.resolve()));
  await play.until(() => victim.swarm.peers().length === 2);
  await play.settle(swift.channel.send(victim.swarm.id, tipOf(blocks)));
  await play.until(() => victim.chain.getStats().height === 3);
  expect(victim.chain.getStats().blocksReceived).toBe(3);
  late.resolve();
  await play.until(() => answered.includes("slow"));
  await play.clock.advance(1_000);
  expect(answered[0]).toBe("swift");
  expect(victim.chain.getStats()).toMatchObject({ height: 3, blocksReceived: 3, banned: 0 });
});

test("a message of no known form bans; its bytes never reach the chain", async () => {
  const { victim, liar, tell } = await meetLiar([], () => bodiesOf([]));
  await tell({ kind: "tip", header: new Uint8Array(3) }).catch(() => undefined);
  await play.until(() => bans(victim).length > 0);
  expect(bans(victim)).toEqual([expect.objectContaining({ peer: liar, code: "MALFORMED" })]);
});
