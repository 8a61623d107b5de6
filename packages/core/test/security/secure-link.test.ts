import { encode } from "cborg";
import { describe, expect, test } from "vitest";
import { nodeCryptoSuite } from "../../src/node/node-crypto-suite.ts";
import type { CryptoSuite, KeyPair } from "../../src/ports/crypto-suite.ts";
import { textBytes } from "../../src/security/bytes.ts";
import { linkPrologue } from "../../src/security/link-payload.ts";
import { noiseHandshake } from "../../src/security/noise-xx.ts";
import { settle } from "../hand-clock.ts";
import { connectionPair, flip, honest, linkOf, type Middle, outcome, person, shake } from "./link-stage.ts";

const alice = () => person(1);
const bob = () => person(2);
const carol = person(3);
const letter = textBytes("a letter that nobody else reads");

/** Links of two, and what each heard. */
async function linked(middle: Middle = honest, o: { readonly rekeyAfterFrames?: number } = {}) {
  const pair = connectionPair(middle);
  const [a, b] = [person(1, o), person(2, o)];
  const [near, far] = (await shake(a, b, pair)).map(linkOf);
  if (near === undefined || far === undefined) throw new Error("no links");
  const heard = { near: [] as string[], far: [] as string[] };
  near.read((frame) => heard.near.push(Buffer.from(frame).toString()));
  far.read((frame) => heard.far.push(Buffer.from(frame).toString()));
  return { a, b, near, far, heard, pair };
}

describe("a handshake", () => {
  test("gives both sides the other's proven id", async () => {
    const { near, far, a, b } = await linked();
    expect([near.peer, far.peer]).toEqual([b.id, a.id]);
    expect([near.initiator, far.initiator]).toEqual([true, false]);
  });

  test("each run has a static key of its own; that of the run before is wiped", async () => {
    const made: KeyPair[] = [];
    const own = nodeCryptoSuite();
    const suite: CryptoSuite = {
      ...own,
      keyPair: (secret) => {
        const pair = own.keyPair(secret);
        made.push(pair);
        return pair;
      },
    };
    const a = person(1, { suite });
    const newPairs = async () => {
      const before = made.length;
      const [near, far] = (await shake(a, bob(), connectionPair())).map(linkOf);
      expect([near?.peer, far?.peer]).toEqual([bob().id, a.id]);
      return made.length - before;
    };
    // The static and an ephemeral; then an ephemeral alone.
    expect([await newPairs(), await newPairs()]).toEqual([2, 1]);
    a.factory.renew?.();
    expect(made[0]?.secretKey.every((byte) => byte === 0)).toBe(true);
    a.factory.renew?.();
    expect(await newPairs()).toBe(2);
    expect(made[3]?.publicKey).not.toEqual(made[0]?.publicKey);
  });

  test("altered in any byte of any message makes no link on the side that reads it", { timeout: 60_000 }, async () => {
    const [near, far] = connectionPair();
    await shake(alice(), bob(), [near, far]);
    const messages = [
      { direction: "there", index: 0, bytes: near.sent[0]?.length ?? 0 },
      { direction: "back", index: 0, bytes: far.sent[0]?.length ?? 0 },
      { direction: "there", index: 1, bytes: near.sent[1]?.length ?? 0 },
    ] as const;
    let tries = 0;
    for (const { direction, index, bytes } of messages) {
      expect(bytes).toBeGreaterThan(40);
      for (let byte = 0; byte < bytes; byte++) {
        const pair = connectionPair(flip(direction, index, byte));
        const [ours, theirs] = await shake(alice(), bob(), pair);
        const reader = direction === "there" ? theirs : ours;
        expect(typeof reader === "string" ? reader : "a link", `${direction} ${index}, byte ${byte}`).toMatch(
          /^(HANDSHAKE_FAILED|LEGACY_PEER|VERSION_UNSUPPORTED|NETWORK_MISMATCH)$/,
        );
        await Promise.all(pair.map((end) => end.closed));
        tries++;
      }
    }
    expect(tries).toBe(messages.reduce((sum, { bytes }) => sum + bytes, 0));
  });

  test("unaltered but for the switch makes a link: the alteration is what is refused", async () => {
    const outcomes = await shake(alice(), bob(), connectionPair(flip("there", 99, 0)));
    expect(outcomes.map((each) => typeof each)).toEqual(["object", "object"]);
  });

  test("replayed from another run is refused", async () => {
    const [near, far] = connectionPair();
    await shake(alice(), bob(), [near, far]);
    for (const [direction, index, old] of [
      ["back", 0, far.sent[0]],
      ["there", 1, near.sent[1]],
    ] as const) {
      const replay: Middle = (frame, where, at) => [where === direction && at === index && old ? old : frame];
      const [ours, theirs] = await shake(alice(), bob(), connectionPair(replay));
      expect(direction === "back" ? ours : theirs).toBe("HANDSHAKE_FAILED");
    }
  });

  test("reflected to its sender is refused", async () => {
    const [near] = connectionPair();
    const reflected = outcome(alice().factory.establish(near, { signal: AbortSignal.timeout(5_000), initiator: true }));
    await settle();
    near.take(near.sent[0] ?? new Uint8Array());
    expect(await reflected).toMatch(/HANDSHAKE_FAILED|LEGACY_PEER/);
  });
});

describe("each mismatch has its own code, on both sides", () => {
  test("PEER_MISMATCH: who was dialled is not who is there, and hears no word", async () => {
    const [near, far] = connectionPair();
    // Carol answers for Bob with keys of her own: an unknown key share, were she believed.
    expect(await shake(alice(), carol, [near, far], bob().id)).toEqual(["PEER_MISMATCH", "PEER_MISMATCH"]);
    expect(near.sent, "the hello alone: neither who dialled, nor a byte of an application").toHaveLength(1);
    expect(Buffer.from(near.sent[0] ?? []).includes(Buffer.from(alice().id))).toBe(false);
  });

  test("NETWORK_MISMATCH", async () => {
    const stranger = person(4, { network: "another" });
    expect(await shake(alice(), stranger, connectionPair())).toEqual(["NETWORK_MISMATCH", "NETWORK_MISMATCH"]);
  });

  test("VERSION_UNSUPPORTED: one from the future dials", async () => {
    const [near, far] = connectionPair();
    const suite = nodeCryptoSuite();
    const future = noiseHandshake({
      suite,
      initiator: true,
      prologue: textBytes("of version 2"),
      static: suite.keyPair(),
    });
    const answered = outcome(bob().factory.establish(far, { signal: AbortSignal.timeout(5_000), initiator: false }));
    near.send(future.writeMessage(encode(["swarm-space", 2, new Uint8Array(8)])));
    expect(await answered).toBe("VERSION_UNSUPPORTED");
    expect(await near.closed).toMatchObject({ by: "remote", detail: "VERSION_UNSUPPORTED" });
  });

  test("VERSION_UNSUPPORTED: one from the future is dialled and says so", async () => {
    const [near, far] = connectionPair();
    far.read(() => void far.close("VERSION_UNSUPPORTED"));
    const dialled = alice().factory.establish(near, { signal: AbortSignal.timeout(5_000), initiator: true });
    expect(await outcome(dialled)).toBe("VERSION_UNSUPPORTED");
  });

  test.each([
    ["a short text", "hello"],
    ["JSON of another protocol", JSON.stringify({ type: "hello", version: 1, from: "x".repeat(300) })],
    ["nothing", ""],
  ])("LEGACY_PEER: %s, dialled and dialling", async (_, said) => {
    const dialled = connectionPair();
    dialled[1].read(() => void dialled[1].send(textBytes(said)));
    const dial = alice().factory.establish(dialled[0], { signal: AbortSignal.timeout(5_000), initiator: true });
    expect(await outcome(dial)).toBe("LEGACY_PEER");
    expect(await dialled[1].closed).toMatchObject({ detail: "LEGACY_PEER" });
    const dialling = connectionPair();
    dialling[0].send(textBytes(said));
    const answer = bob().factory.establish(dialling[1], { signal: AbortSignal.timeout(5_000), initiator: false });
    expect(await outcome(answer)).toBe("LEGACY_PEER");
    expect(await dialling[0].closed).toMatchObject({ detail: "LEGACY_PEER" });
  });

  test("a binding that signalling altered is refused; one that a side does not know is not", async () => {
    const [ours, theirs] = [new Uint8Array(64).fill(1), new Uint8Array(64).fill(2)];
    expect((await shake(alice(), bob(), connectionPair(honest, [ours, theirs])))[0]).toBe("HANDSHAKE_FAILED");
    for (const bindings of [
      [ours, ours],
      [ours, undefined],
      [undefined, theirs],
    ]) {
      const outcomes = await shake(alice(), bob(), connectionPair(honest, bindings));
      expect(outcomes.map((each) => typeof each)).toEqual(["object", "object"]);
    }
  });

  test("another transport's handshake is none of this one: the prologue names it", async () => {
    const [near, far] = connectionPair();
    const suite = nodeCryptoSuite();
    const relayed = noiseHandshake({
      suite,
      initiator: true,
      prologue: linkPrologue("net", "other"),
      static: suite.keyPair(),
    });
    const answered = outcome(bob().factory.establish(far, { signal: AbortSignal.timeout(5_000), initiator: false }));
    near.send(relayed.writeMessage(encode(["swarm-space", 1, new Uint8Array(8)])));
    expect(await answered).toBe("NETWORK_MISMATCH");
  });
});

describe("a record", () => {
  /** Handshake messages of a direction come first. */
  const first = { there: 2, back: 1 } as const;

  test("altered in any byte is refused, closes the link, and nothing after it is heard", {
    timeout: 60_000,
  }, async () => {
    const plain = await linked();
    plain.near.send(letter);
    const bytes = plain.pair[0].sent[first.there]?.length ?? 0;
    expect(bytes).toBe(letter.length + 24);
    for (let byte = 0; byte < bytes; byte++) {
      const { near, far, heard, b, pair } = await linked(flip("there", first.there, byte));
      near.send(letter);
      near.send(letter);
      expect(await far.closed).toMatchObject({ by: "local", detail: "SEAL_BROKEN" });
      expect(await pair[0].closed).toMatchObject({ detail: "SEAL_BROKEN" });
      expect(heard.far, `byte ${byte}`).toEqual([]);
      expect(b.rejected).toEqual(["SEAL_BROKEN"]);
    }
  });

  const attacks: readonly (readonly [string, Middle, number])[] = [
    [
      "doubled",
      (frame, direction, index) => (direction === "there" && index === first.there ? [frame, frame] : [frame]),
      1,
    ],
    [
      "cut short",
      (frame, direction, index) => [direction === "there" && index === first.there ? frame.subarray(0, -1) : frame],
      0,
    ],
    [
      "made longer",
      (frame, direction, index) => [
        direction === "there" && index === first.there ? Uint8Array.of(...frame, 0) : frame,
      ],
      0,
    ],
    [
      "invented",
      (frame, direction, index) => (direction === "there" && index === first.there ? [new Uint8Array(60)] : [frame]),
      0,
    ],
    [
      "emptied",
      (frame, direction, index) => [direction === "there" && index === first.there ? new Uint8Array() : frame],
      0,
    ],
  ];
  test.each(attacks)("%s is refused", async (_, middle, heardBefore) => {
    const { near, far, heard, b } = await linked(middle);
    near.send(letter);
    near.send(letter);
    expect(await far.closed).toMatchObject({ detail: "SEAL_BROKEN" });
    expect(heard.far).toHaveLength(heardBefore);
    expect(b.rejected).toEqual(["SEAL_BROKEN"]);
  });

  test("swapped with the next is refused; left out, what follows is heard in its order", async () => {
    let held: Uint8Array | undefined;
    const swap: Middle = (frame, direction, index) => {
      if (direction !== "there" || index < first.there || index > first.there + 1) return [frame];
      if (index === first.there + 1) return held ? [frame, held] : [frame];
      held = frame;
      return [];
    };
    const { near, far, heard } = await linked(swap);
    near.send(textBytes("one"));
    near.send(textBytes("two"));
    expect(await far.closed).toMatchObject({ detail: "SEAL_BROKEN" });
    expect(heard.far, "the late one is refused").toEqual(["two"]);
  });

  test("sent back to its sender is refused", async () => {
    const { near, heard, a, pair } = await linked();
    near.send(letter);
    const record = pair[0].sent[first.there];
    if (record) pair[0].take(record);
    expect(await near.closed).toMatchObject({ detail: "SEAL_BROKEN" });
    expect([heard.near, a.rejected]).toEqual([[], ["SEAL_BROKEN"]]);
  });

  test("of another link of the same two is refused: a whole capture, thrice", async () => {
    const earlier = await linked();
    for (let i = 0; i < 20; i++) earlier.near.send(textBytes(`letter ${i}`));
    await settle();
    expect(earlier.heard.far).toHaveLength(20);
    const capture = earlier.pair[0].sent.slice(first.there);
    for (let round = 0; round < 3; round++) {
      for (const record of capture) {
        const { far, heard, pair } = await linked();
        pair[1].take(record);
        expect(await far.closed).toMatchObject({ detail: "SEAL_BROKEN" });
        expect(heard.far).toEqual([]);
      }
    }
  });

  test("keys change under traffic both ways, and every frame arrives in its order", async () => {
    const { near, far, heard, pair } = await linked(honest, { rekeyAfterFrames: 3 });
    const sent = Array.from({ length: 50 }, (_, i) => `frame ${i}`);
    for (const text of sent) {
      near.send(textBytes(text));
      far.send(textBytes(text));
      if (text.endsWith("7")) await settle();
    }
    await settle();
    expect(heard).toEqual({ near: sent, far: sent });
    const epochs = pair[0].sent.slice(first.there).map((record) => (record[0] ?? 0) * 256 + (record[1] ?? 0));
    expect(new Set(epochs).size).toBe(17);
    expect(epochs).toEqual([...epochs].sort((left, right) => left - right));
  });

  test("says nothing: neither text nor id is in what was sent", async () => {
    const { near, far, pair, a, b } = await linked();
    near.send(letter);
    far.send(letter);
    const capture = Buffer.concat(pair.flatMap((end) => end.sent));
    for (const secret of [letter, textBytes(a.id), textBytes(b.id), textBytes("net/")]) {
      expect(capture.includes(Buffer.from(secret))).toBe(false);
    }
  });
});

describe("the memory of a large record", () => {
  const large = new Uint8Array(8_192).fill(7);
  /** What a connection of this kind keeps of a record that was sent, and of one that was read; and the frame that came. */
  const recordsOver = async (kind: { readonly copiesFrames?: boolean }) => {
    const came: Uint8Array[] = [];
    const pair = connectionPair((frame) => {
      const copy = Uint8Array.from(frame);
      came.push(copy);
      return [copy];
    });
    for (const end of pair) Object.assign(end, kind);
    const [near, far] = (await shake(alice(), bob(), pair)).map(linkOf);
    const frames: Uint8Array[] = [];
    far?.read((frame) => frames.push(frame));
    near?.send(large);
    await settle();
    return { sent: pair[0].sent.at(-1)?.length, read: came.at(-1)?.length, frames };
  };

  test("is given back where the connection copies frames", async () => {
    expect(await recordsOver({ copiesFrames: true })).toEqual({ sent: 0, read: 0, frames: [large] });
  });

  test("stays the connection's where it does not", async () => {
    const whole = large.length + 24;
    expect(await recordsOver({})).toEqual({ sent: whole, read: whole, frames: [large] });
  });
});
