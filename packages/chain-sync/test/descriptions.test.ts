import { domainBytes, memoryStore } from "@swarm-space/core";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { decodeDescription, decodeMark, encodeDescription, encodeMark } from "../src/codec/description-codec.ts";
import { contentHashOf, descriptionIdOf, nameDescription } from "../src/hashing/description-id.ts";
import { bytesOf, signingDomains } from "../src/hashing/domains.ts";
import { tokenClose, tokenDeploy, tokenMeta } from "../src/ledger/index.ts";
import { DescriptionRoom } from "../src/live/description-room.ts";
import { isNewer, type NamedDescription } from "../src/model/index.ts";
import { kernelDescriptionStore } from "../src/store/description-store.ts";
import { descriptionChannel } from "../src/sync/description-wire.ts";
import { Branch, type Person, personOf, playRules, verifier, writeTransaction } from "./support/chain-play.ts";
import { SyncPlay, tipsOf } from "./support/sync-play.ts";

const [anna, berta] = [personOf(1), personOf(2)];
const text = (words: string) => new TextEncoder().encode(words);
const rules = playRules({ allocations: [{ account: anna.account, amount: 1_000n }] });
const metaHash = contentHashOf(text("Anna's"));

function describedBy(
  by: Person,
  token: string,
  seq: bigint,
  words: string,
  chainId = rules.genesis.block.id,
): NamedDescription {
  const unsigned = { chainId, token, seq, bytes: text(words) };
  const signature = by.signer.sign(domainBytes(signingDomains.description, bytesOf(descriptionIdOf(unsigned))));
  return nameDescription({ ...unsigned, signature });
}

/** A chain with Anna's token in it, and a room for descriptions. */
async function roomWithToken(store = memoryStore()) {
  const branch = new Branch(rules);
  const write = <Payload>(type: Parameters<typeof writeTransaction<Payload>>[2], payload: Payload, nonce: bigint) =>
    writeTransaction(rules, anna, type, payload, { nonce, unsigned: true });
  const plan = { ticker: "ANNA", name: "Anna", maxSupply: 1_000n, metaHash };
  await branch.grow(anna, [write(tokenDeploy, plan, 0n)]);
  const token =
    [...branch.state.entries()].find(([key]) => key.startsWith("tok/"))?.[0].slice(4) ?? expect.fail("none");
  const clock = { ms: 0 };
  const told: unknown[] = [];
  const room = new DescriptionRoom({
    chainId: rules.genesis.block.id,
    store: kernelDescriptionStore(store),
    verifier,
    state: () => branch.state,
    now: () => clock.ms,
    tell: (_name, event) => void told.push(event),
  });
  await room.open();
  const take = async (named: NamedDescription) => {
    const verdict = await room.take(named, false);
    return verdict.ok ? "ok" : verdict.code;
  };
  return { branch, token, clock, told, room, take, write };
}

describe("one value, one form", () => {
  const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString("hex"));
  const description = fc.record({
    chainId: hash,
    token: hash,
    seq: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    bytes: fc.uint8Array({ maxLength: 200 }),
    signature: fc.uint8Array({ minLength: 64, maxLength: 64 }),
  });

  test("any description and any mark: read as written, and no byte more or less is one", () => {
    fc.assert(
      fc.property(description, (each) => {
        const encoded = encodeDescription(each);
        expect(decodeDescription(encoded)).toEqual({ ok: true, value: each });
        const { token, seq, contentHash } = nameDescription(each);
        expect(decodeMark(encodeMark({ token, seq, contentHash }))).toEqual({
          ok: true,
          value: { token, seq, contentHash },
        });
        for (const bad of [encoded.subarray(1), encoded.subarray(0, -1), Uint8Array.of(...encoded, 0)])
          expect(decodeDescription(bad)).toMatchObject({ ok: false, code: "MALFORMED" });
      }),
      { numRuns: 50 },
    );
  });

  test("over 32 KiB: neither written nor read", () => {
    const { description: small } = describedBy(anna, "ab".repeat(32), 1n, "");
    expect(() => encodeDescription({ ...small, bytes: new Uint8Array(32_769) })).toThrow(
      expect.objectContaining({ code: "CHAIN_VALUE_INVALID" }),
    );
    const full = encodeDescription({ ...small, bytes: new Uint8Array(32_768) });
    expect(decodeDescription(full).ok).toBe(true);
    const longer = Uint8Array.of(...full.subarray(0, 72), 0x80, 0x01, ...full.subarray(74), 0);
    expect(decodeDescription(longer)).toMatchObject({ ok: false, code: "MALFORMED" });
  });

  test("any two of one token: one is newer, whoever compares", () => {
    const mark = fc.record({
      token: fc.constant("a"),
      seq: fc.bigInt({ min: 0n, max: 3n }),
      contentHash: fc.constantFrom("a", "b", "c"),
    });
    fc.assert(
      fc.property(mark, mark, (one, other) => {
        const isSame = one.seq === other.seq && one.contentHash === other.contentHash;
        expect(isNewer(one, other) !== isNewer(other, one)).toBe(!isSame);
      }),
    );
  });
});

describe("a room for descriptions", () => {
  test("the owner's is taken, and told of; by anybody else, altered, or of another chain it is none", async () => {
    const { token, told, room, take } = await roomWithToken();
    const good = describedBy(anna, token, 1n, "Anna's");
    const altered = nameDescription({ ...good.description, bytes: text("Berta's") });
    expect(await take(describedBy(berta, token, 1n, "Berta's"))).toBe("DESCRIPTION_SIGNATURE");
    expect(await take(altered)).toBe("DESCRIPTION_SIGNATURE");
    expect(await take(describedBy(anna, token, 1n, "Anna's", "cd".repeat(32)))).toBe("WRONG_CHAIN");
    expect(await take(describedBy(anna, "ab".repeat(32), 1n, "Anna's"))).toBe("DESCRIPTION_TOKEN");
    expect(room.marks()).toEqual([]);
    expect(await take(good)).toBe("ok");
    expect(await room.get(token)).toEqual(good);
    expect(told).toEqual([{ token, seq: 1n, contentHash: metaHash }]);
  });

  test("the highest number counts, then the lower hash; another within a minute waits", async () => {
    const { token, clock, room, take } = await roomWithToken();
    const ties = ["one", "two"].map((words) => describedBy(anna, token, 5n, words));
    const [lower, higher] = ties.sort((one, other) => (one.contentHash < other.contentHash ? -1 : 1));
    if (lower === undefined || higher === undefined) throw new Error("two were written");
    expect(await take(higher)).toBe("ok");
    expect(await take(lower)).toBe("DESCRIPTION_SOON");
    clock.ms += 60_000;
    expect(await take(lower)).toBe("ok");
    clock.ms += 60_000;
    for (const stale of [higher, lower, describedBy(anna, token, 4n, "old")])
      expect(await take(stale)).toBe("DESCRIPTION_STALE");
    expect(await take(describedBy(anna, token, 6n, "new"))).toBe("ok");
    expect((await room.get(token))?.seq).toBe(6n);
  });

  test("a closed token keeps to the one that it named in the chain", async () => {
    const { branch, token, take, write } = await roomWithToken();
    await branch.grow(anna, [
      write(tokenMeta, { metaHash: contentHashOf(text("last")) }, 1n),
      write(tokenClose, {}, 2n),
    ]);
    expect(await take(describedBy(anna, token, 9n, "another"))).toBe("DESCRIPTION_CLOSED");
    expect(await take(describedBy(anna, token, 1n, "last"))).toBe("ok");
  });

  test("what was kept is there after a restart, and what cannot be read is none", async () => {
    const store = memoryStore();
    const { token, room, take } = await roomWithToken(store);
    const good = describedBy(anna, token, 1n, "Anna's");
    await take(good);
    const again = await roomWithToken(store);
    expect(await again.room.get(token)).toEqual(good);
    expect(again.room.fingerprint()).toEqual(room.fingerprint());
    await store.namespace("tokenMeta").put(token, Uint8Array.of(1, 2, 3));
    expect((await roomWithToken(store)).room.marks()).toEqual([]);
    expect(await again.room.get(token)).toBeUndefined();
  });
});

describe("among nodes", () => {
  let play: SyncPlay;
  beforeEach(() => {
    play = new SyncPlay();
  });
  afterEach(() => play.close());
  const together = () => tipsOf(play.members).size === 1;

  test("described at one, read at all: also by who comes late, and the newest alone", async () => {
    const [one, two] = [await play.join(), await play.join()];
    await play.until(() => one.swarm.peers().length === 1);
    await expect(one.chain.describeToken(text("too early"))).rejects.toMatchObject({
      code: "CHAIN_DESCRIPTION_REFUSED",
      detail: { verdict: "DESCRIPTION_TOKEN" },
    });
    const card = text("Anna's card");
    await play.settle(one.chain.deployToken({ ticker: "ANNA", name: "Anna", metaHash: contentHashOf(card) }));
    await play.mine(one);
    // Told before the block is there: heard again when it is.
    expect(await play.settle(one.chain.describeToken(card))).toBe(contentHashOf(card));
    const read = (member: typeof one) => play.settle(member.chain.getTokenDescription("ANNA"));
    const described = async (member: typeof one, words: string) => {
      for (let at = 0; at < 100; at += 1) {
        const found = await read(member);
        if (found !== undefined && new TextDecoder().decode(found.bytes) === words) return found;
        await play.clock.advance(1_000);
      }
      return expect.fail(`${words} did not come`);
    };
    expect(await described(two, "Anna's card")).toMatchObject({ isNamed: true });
    await play.settle(one.chain.describeToken(text("Anna's new card")));
    expect(await described(two, "Anna's new card")).toMatchObject({ isNamed: false });
    const late = await play.join();
    await play.until(together);
    await described(late, "Anna's new card");
    await expect(one.chain.describeToken(new Uint8Array(32_769))).rejects.toMatchObject({
      code: "CHAIN_VALUE_INVALID",
    });
    for (const { chain } of play.members) expect(chain.getStats()).toMatchObject({ banned: 0 });
  });

  test.each<[string, string, (good: NamedDescription) => unknown]>([
    [
      "one that its owner did not sign",
      "DESCRIPTION_SIGNATURE",
      ({ description }) => [encodeDescription({ ...description, signature: new Uint8Array(64) })],
    ],
    [
      "one that was not asked for",
      "MALFORMED",
      ({ description }) => [encodeDescription({ ...description, token: "ab".repeat(32) })],
    ],
    ["more than 32 KiB", "MALFORMED", () => [new Uint8Array(33_000)]],
    ["no form of anything", "MALFORMED", ({ description }) => [encodeDescription(description).fill(255, 72, 74)]],
  ])("%s bans its sender, and is kept by nobody", async (_what, code, answer) => {
    const victim = await play.join({ options: { parameters: { allocations: [] } } });
    await play.settle(victim.chain.deployToken({ ticker: "VICT", name: "Victim" }));
    await play.mine(victim);
    const { id } = victim.chain.getToken("VICT") ?? expect.fail("no token");
    const genesis = (await victim.chain.getBlock(0))?.id;
    const good = describedBy(anna, id, 1n, "a lie", genesis);
    const liar = await play.joinLiar(() => expect.fail("nothing is asked about the chain"));
    const channel = liar.swarm.channel({
      name: descriptionChannel,
      schema: z.unknown(),
      response: z.unknown(),
      order: "none",
    });
    channel.onMessage(() => undefined);
    channel.onRequest(() => ({ kind: "descriptions", descriptions: answer(good) }));
    await play.until(() => victim.swarm.peers().length === 1);
    const mark = encodeMark({ token: id, seq: 1n, contentHash: good.contentHash });
    await play.settle(channel.send(victim.swarm.id, { kind: "marks", marks: [mark] }));
    await play.until(() => victim.chain.getStats().banned === 1);
    expect(victim.chain.getStats().rejected[code]).toBe(1);
    expect(await victim.chain.getTokenDescription("VICT")).toBeUndefined();
  });
});
