import { type Connection, type CryptoSuite, ports, replaceRoom, type Swarm, use } from "@swarm-space/core";
import { nodeCryptoSuite } from "@swarm-space/core/node";
import { MemoryTransport, memoryPlugin } from "@swarm-space/testkit";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { heard, outcome, Stage } from "../acceptance/stage.ts";
import { sightings } from "../support/sightings.ts";
import { type Middle, throughMiddle } from "./middle.ts";

const chat = { name: "secret-channel-7f3a", schema: z.object({ text: z.string(), from: z.string().optional() }) };
const canary = "CANARY-c0ffee-plaintext";
/** Frames of a handshake that the dialling side sends. */
const handshakeFrames = 2;

/** Alice dials Bob through somebody's hands. Bob keeps what he heard, and from whom. */
async function pairThrough(stage: Stage, middle: Middle) {
  const bob = await stage.node("bob", [use(memoryPlugin({ network: stage.network, discovery: false }))]);
  const target = { peer: bob.id, addresses: [{ transport: "memory", value: bob.id }] };
  const alice = await stage.node("alice", [throughMiddle(stage.network, middle), sightings(target)]);
  const got: { readonly text: string; readonly from: string }[] = [];
  bob.channel(chat).onMessage(({ text }, from) => void got.push({ text, from }));
  const toBob = alice.channel(chat);
  await stage.start();
  return { alice, bob, got, send: (text: string) => toBob.send(bob.id, { text }, { ttlMs: 3_600_000 }) };
}

const rejectedBy = (swarm: Swarm) => heard(swarm, "frame:rejected");

describe("ACCEPTANCE 8", () => {
  test("a body claiming another sender: the handler sees the authenticated peer", async () => {
    await using stage = new Stage("claims");
    const plugins = () => [use(memoryPlugin({ network: stage.network }))];
    const [alice, bob, mallory] = [
      await stage.node("alice", plugins()),
      await stage.node("bob", plugins()),
      await stage.node("mallory", plugins()),
    ];
    const seen: { readonly claimed: string | undefined; readonly from: string }[] = [];
    bob.channel(chat).onMessage((message, from) => void seen.push({ claimed: message.from, from }));
    const send = mallory.channel(chat);
    await stage.start();
    await stage.until(send.send(bob.id, { text: "pay her", from: alice.id }));
    expect(seen).toEqual([{ claimed: alice.id, from: mallory.id }]);
  });
});

describe("somebody between two nodes", () => {
  test("who only carries harms nothing", async () => {
    await using stage = new Stage("carries");
    const { send, got, alice } = await pairThrough(stage, (frame) => [frame]);
    expect(await stage.until(send("one"))).toMatchObject({ status: "confirmed" });
    expect(got).toEqual([{ text: "one", from: alice.id }]);
  });

  test("who alters any byte of a letter's frame is noticed, and the letter comes by a new connection", {
    timeout: 60_000,
  }, async () => {
    let bytes = 0;
    for (let byte = 0; byte === 0 || byte < bytes; byte++) {
      await using stage = new Stage(`alters ${byte}`);
      let altered = 0;
      const { send, got, alice, bob } = await pairThrough(stage, (frame, direction, index, connection) => {
        if (direction !== "there" || index !== handshakeFrames || connection > 0 || altered > 0) return [frame];
        altered++;
        bytes = frame.length;
        return [frame.map((each, at) => (at === byte ? each ^ 0x10 : each))];
      });
      const rejected = rejectedBy(bob);
      expect(await stage.until(send(canary))).toMatchObject({ status: "confirmed" });
      expect(altered, "the alteration took place").toBe(1);
      expect(
        rejected.map(({ code }) => code),
        `byte ${byte}`,
      ).toEqual(["SEAL_BROKEN"]);
      expect(got).toEqual([{ text: canary, from: alice.id }]);
    }
    expect(bytes).toBeGreaterThan(60);
  });

  test("who alters every handshake lets nothing through, and once gone the letter comes", async () => {
    await using stage = new Stage("handshakes");
    let hostile = true;
    const { send, got, bob } = await pairThrough(stage, (frame, direction, index) => {
      if (!hostile || direction !== "there" || index !== 1) return [frame];
      return [frame.map((each, at) => (at === 40 ? each ^ 1 : each))];
    });
    const rejected = rejectedBy(bob);
    const receipt = outcome(send("patience"));
    await stage.eventually(() => rejected.length >= 3, "three refused handshakes");
    // The door may rest from where so many came to nothing.
    expect(rejected[0]?.code).toBe("HANDSHAKE_FAILED");
    const refusals = ["HANDSHAKE_FAILED", "RATE_EXCEEDED", "PEER_GRAYLISTED", "DOOR_BUSY"];
    for (const { code } of rejected) expect(refusals).toContain(code);
    expect(got).toEqual([]);
    hostile = false;
    expect(await stage.until(receipt, 3_600_000)).toMatchObject({ value: { status: "confirmed" } });
    expect(got).toHaveLength(1);
  });

  test("who sends each frame again, or those of an earlier connection, has no letter handled twice", async () => {
    await using stage = new Stage("replays");
    const recorded: Uint8Array[] = [];
    const { send, got, bob } = await pairThrough(stage, (frame, direction, index, connection) => {
      if (direction !== "there" || index < handshakeFrames) return [frame];
      if (connection === 0) {
        recorded.push(Uint8Array.from(frame));
        // The fourth goes twice: the seal's counter refuses it, and the connection ends.
        return index === handshakeFrames + 3 ? [frame, frame] : [frame];
      }
      return connection === 1 && index === handshakeFrames + 1 ? [...recorded, frame] : [frame];
    });
    const rejected = rejectedBy(bob);
    const texts = Array.from({ length: 12 }, (_, i) => `letter ${i}`);
    for (const text of texts) expect(await stage.until(send(text))).toMatchObject({ status: "confirmed" });
    expect(rejected.map(({ code }) => code)).toEqual(["SEAL_BROKEN", "SEAL_BROKEN"]);
    expect(got.map(({ text }) => text)).toEqual(texts);
  });

  test("who answers in another's place with keys of her own is refused before a word, and the peer itself is served", async () => {
    await using stage = new Stage("swaps");
    const plain = () => use(memoryPlugin({ network: stage.network, discovery: false }));
    const bob = await stage.node("bob", [plain()]);
    const mallory = await stage.node("mallory", [plain()]);
    const at = (value: string) => ({ peer: bob.id, addresses: [{ transport: "memory", value }] });
    const alice = await stage.node("alice", [plain(), sightings(at(mallory.id), at(bob.id))]);
    const stolen: string[] = [];
    const got: string[] = [];
    mallory.channel(chat).onMessage(({ text }) => void stolen.push(text));
    bob.channel(chat).onMessage(({ text }) => void got.push(text));
    const toBob = alice.channel(chat);
    const failed = heard(alice, "dial:failed");
    const rejected = rejectedBy(mallory);
    const before: number[] = [];
    stage.network.capture(({ fate, from, to, frame }) => {
      if (fate === "sent" && from === alice.id && to === mallory.id) before.push(frame.length);
    });
    await stage.start(alice, mallory);
    const receipt = outcome(toBob.send(bob.id, { text: canary }, { ttlMs: 300_000 }));
    await stage.eventually(() => failed.some(({ code }) => code === "PEER_MISMATCH"), "the mismatch");
    await stage.eventually(() => rejected.length > 0, "her side's refusal");
    expect(rejected[0]?.code).toBe("PEER_MISMATCH");
    expect(before, "a hello and no more").toHaveLength(1);
    await stage.start(bob);
    expect(await stage.until(receipt, 300_000)).toMatchObject({ value: { status: "confirmed" } });
    expect([stolen, got]).toEqual([[], [canary]]);
  });
});

describe("a node that does not fit is named, on both sides", () => {
  test("NETWORK_MISMATCH", async () => {
    await using stage = new Stage("networks");
    const plain = () => use(memoryPlugin({ network: stage.network, discovery: false }));
    const bob = await stage.node("bob", [plain()], { network: "theirs" });
    const target = { peer: bob.id, addresses: [{ transport: "memory", value: bob.id }] };
    const alice = await stage.node("alice", [plain(), sightings(target)], { network: "ours" });
    const [failed, rejected] = [heard(alice, "dial:failed"), rejectedBy(bob)];
    await stage.start();
    await stage.eventually(() => failed.length > 0 && rejected.length > 0, "both sides' word");
    expect([failed[0]?.code, rejected[0]?.code]).toEqual(["NETWORK_MISMATCH", "NETWORK_MISMATCH"]);
  });

  test("LEGACY_PEER: dialled, and dialling", async () => {
    await using stage = new Stage("legacy");
    const old = new MemoryTransport({ network: stage.network, name: "old" });
    const { signal } = new AbortController();
    const answer = (connection: Connection) =>
      connection.read(() => void connection.send(new TextEncoder().encode('{"type":"OPEN"}')));
    await old.open(answer, { signal });
    const plugins = [
      use(memoryPlugin({ network: stage.network, discovery: false })),
      sightings({ addresses: [{ transport: "memory", value: "old" }] }),
    ];
    const alice = await stage.node("alice", plugins);
    const [failed, rejected] = [heard(alice, "dial:failed"), rejectedBy(alice)];
    await stage.start();
    await stage.eventually(() => failed.length > 0, "the failed dial");
    expect(failed[0]?.code).toBe("LEGACY_PEER");
    const dialled = await stage.until(
      old.connect({ addresses: [{ transport: "memory", value: alice.id }] }, "memory", { signal }),
    );
    dialled.send(new TextEncoder().encode("HELLO"));
    await stage.eventually(() => rejected.length > 0, "the refused frame");
    expect(rejected[0]?.code).toBe("LEGACY_PEER");
    expect(await dialled.closed).toMatchObject({ by: "remote" });
    await old.close({ signal });
  });
});

describe("canary", () => {
  /** All frames between two nodes that talk. */
  async function captured(seed: string, suite?: CryptoSuite) {
    await using stage = new Stage(seed);
    const frames: Uint8Array[] = [];
    stage.network.capture(({ fate, frame }) => {
      if (fate === "sent") frames.push(Uint8Array.from(frame));
    });
    const replace = suite === undefined ? [] : [replaceRoom(ports.cryptoSuite, () => suite)];
    const plugins = () => [use(memoryPlugin({ network: stage.network }))];
    const alice = await stage.node("alice", plugins(), { replace });
    const bob = await stage.node("bob", plugins(), { replace });
    const got: string[] = [];
    bob.channel(chat).onMessage(({ text }) => void got.push(text));
    const toBob = alice.channel(chat);
    await stage.start();
    for (let i = 0; i < 20; i++) await stage.until(toBob.send(bob.id, { text: `${canary} ${i}` }));
    await stage.until(toBob.send(bob.id, { text: canary.repeat(5_000) }));
    expect(got).toHaveLength(21);
    const bytes = Buffer.concat(frames);
    const count = (part: string | Uint8Array) => bytes.includes(Buffer.from(part));
    return { frames: frames.length, has: count, ids: [alice.id, bob.id] };
  }

  test("text, channel names, network names and ids are in no frame that leaves", async () => {
    const { frames, has, ids } = await captured("canary");
    expect(frames).toBeGreaterThan(20);
    // In the clear are a fresh key, the protocol's name, its version, and eight bytes of a hash: docs/wire.md.
    for (const part of [canary, chat.name, ...ids]) expect(has(part), part).toBe(false);
  });

  test("with a suite that seals nothing they are: the capture would have shown them", async () => {
    const { has } = await captured("canary in the clear", transparent());
    expect([has(canary), has(chat.name)]).toEqual([true, true]);
  });
});

/** Ablation: a seal that hides nothing. */
function transparent(): CryptoSuite {
  return {
    ...nodeCryptoSuite(),
    cipher: () => ({
      seal(_counter, _additional, plain, headroom = 0) {
        const sealed = new Uint8Array(headroom + plain.length + 16);
        sealed.set(plain, headroom);
        return sealed;
      },
      open: (_counter, _additional, sealed) => (sealed.length < 16 ? undefined : sealed.slice(0, -16)),
      wipe: () => undefined,
    }),
  };
}
