import { ephemeralIdentity, type Identity, type SwarmError } from "@swarm-space/core";
import { IdSource } from "@swarm-space/gun-driver";
import { type HeardSignal, inboxSoul, type Way } from "@swarm-space/gun-driver/road";
import type { Signal } from "@swarm-space/webrtc-driver";
import { expect, test } from "vitest";
import { clock, random } from "../../../tests/support/transport-ends.ts";
import { encodeReply, readLetter, replyBytes, replyDomain } from "../src/signalling/knock.ts";
import type { Meeting } from "../src/signalling/meeting.ts";
import { MeetingDesk } from "../src/signalling/meeting-desk.ts";
import { allSignalSafeguards, type SignalSafeguards } from "../src/signalling/safeguards.ts";
import { SealedTalk } from "../src/signalling/sealed-talk.ts";
import { kernelSuite } from "./nodes.ts";

const relay = "ws://127.0.0.1:1/gun";
const knockMs = 3_000;

type Off = Partial<SignalSafeguards>;

/** Desks whose letters lie in a list: each is heard when the test says so, as a relay or a stranger at it may bring it. */
class Post {
  readonly letters: { readonly soul: string; readonly signal: HeardSignal }[] = [];
  /** What clocks of its desks show more. */
  aheadMs = 0;

  async desk(identity: Identity, off: Off = {}) {
    const inbox = new IdSource(random).next() + new IdSource(random).next();
    const refused: string[] = [];
    const proven: boolean[] = [];
    const meetings: Meeting[] = [];
    const said: Signal[] = [];
    const wall = () => clock.wall() + this.aheadMs;
    const desk = new MeetingDesk({
      self: { id: identity.id, network: "test", sign: (domain, bytes) => identity.sign(domain, bytes) },
      clock: { now: () => clock.now(), wall, timer: () => ({ [Symbol.dispose]: () => undefined }) },
      ids: new IdSource(random),
      suite: await kernelSuite(),
      road: {
        inboxOf: () => inbox,
        signal: ({ soul }: Way, id: string, body: Uint8Array) => {
          this.letters.push({ soul, signal: { id, relay, soul, body } });
          return () => undefined;
        },
      },
      maxOffersPerSecond: 100_000,
      knockMs,
      safeguards: { ...allSignalSafeguards, ...off },
      hasRoom: () => true,
      receive: (_from, _relay, meeting) => {
        meetings.push(meeting);
        return { onSignal: (signal) => void said.push(signal), onFault: () => undefined };
      },
      refused: (_remote: string, { code }: SwarmError, isProven: boolean) => {
        refused.push(code);
        proven.push(isProven);
      },
    });
    const way: Way = { relay, soul: inboxSoul(inbox) };
    return { identity, desk, inbox, way, refused, proven, meetings, said };
  }
}

type Desk = Awaited<ReturnType<Post["desk"]>>;

const candidate: Signal = { type: "candidate", candidate: "candidate:1", sdpMid: "0", sdpMLineIndex: 0 };
const wellKnown = "ss.id.well-known";
const turn = () => new Promise((resolve) => setImmediate(resolve));

async function ends(off: Off = {}, aHasToo: Off = off) {
  const post = new Post();
  const [a, b] = [
    await post.desk(await ephemeralIdentity(random), aHasToo),
    await post.desk(await ephemeralIdentity(random), off),
  ];
  return { post, a, b };
}

type Before = (kind: "knock" | "reply" | "talk", hearer: Desk, letter: HeardSignal) => Promise<void>;

function dialHooks() {
  const answers: string[] = [];
  const onAnswer = (from: string) => void answers.push(from);
  return { answers, hooks: { onAnswer, onSignal: () => undefined, onFault: () => undefined } };
}

/**
 * A meeting in which each has said one thing to the other. Gives its letters, and what ends it.
 * @param before what happens to a letter before it is heard
 */
async function meet(post: Post, a: Desk, b: Desk, soul = b.way.soul, before?: Before) {
  const from = post.letters.length;
  const { hooks, answers } = dialHooks();
  const dialled = await a.desk.dial(b.identity.id, { first: [{ relay, soul }], later: [] }, hooks);
  const [knock] = post.letters.slice(from);
  if (knock) await before?.("knock", b, knock.signal);
  if (knock) b.desk.hear(knock.signal);
  await expect.poll(() => b.meetings.length).toBeGreaterThan(0);
  const taken = b.meetings.at(-1);
  taken?.say(candidate);
  await turn();
  const reply = post.letters.at(-1);
  if (reply) await before?.("reply", a, reply.signal);
  expect(answers).toEqual([]);
  if (reply) a.desk.hear(reply.signal);
  expect(answers).toEqual([b.identity.id]);
  dialled.say(candidate);
  await turn();
  const talk = post.letters.at(-1);
  if (talk) await before?.("talk", b, talk.signal);
  if (talk) b.desk.hear(talk.signal);
  expect(b.said).toEqual([candidate]);
  if (!knock || !reply || !talk || !taken) throw new Error("three letters");
  const end = () => {
    a.desk.end(dialled);
    b.desk.end(taken);
  };
  return { knock: knock.signal, reply: reply.signal, talk: talk.signal, end };
}

test("each letter that is said again is SIGNAL_REPLAYED, in its meeting and behind it; a late one is none", async () => {
  const { post, a, b } = await ends();
  const { knock, reply, talk, end } = await meet(post, a, b);
  b.desk.hear(knock);
  await turn();
  // Who dials knocks again until it is answered.
  expect(b.refused).toEqual([]);
  a.desk.hear(reply);
  b.desk.hear(talk);
  end();
  a.desk.hear(reply);
  for (const each of [talk, knock]) b.desk.hear(each);
  const late = talk.body.with(4, 7);
  b.desk.hear({ ...talk, body: late });
  await turn();
  expect(a.refused).toEqual(["SIGNAL_REPLAYED", "SIGNAL_REPLAYED"]);
  expect(b.refused).toEqual(["SIGNAL_REPLAYED", "SIGNAL_REPLAYED", "SIGNAL_REPLAYED"]);
  b.desk.hear({ ...talk, body: late });
  expect(b.refused.at(-1)).toBe("SIGNAL_REPLAYED");
  expect(b.refused).toHaveLength(4);
  expect([b.meetings.length, b.said.length, ...a.proven, ...b.proven].filter(Boolean)).toEqual([1, 1]);
});

test("each letter with any byte altered is refused, each one, and the sound one behind them is heard", async () => {
  const { post, a, b } = await ends();
  await meet(post, a, b, b.way.soul, async (kind, hearer, letter) => {
    hearer.refused.splice(0);
    for (const [at, byte] of letter.body.entries()) {
      hearer.desk.hear({ ...letter, body: letter.body.with(at, byte ^ 4) });
      if (at % 16 === 0) await turn();
    }
    expect([kind, hearer.refused.length]).toEqual([kind, letter.body.length]);
    const others = hearer.refused.filter((code) => code !== "SIGNAL_FORGED");
    expect(others.every((code) => ["SIGNAL_EXPIRED", "SIGNAL_INVALID", "SIGNAL_STRAY"].includes(code))).toBe(true);
    expect(others.length).toBeLessThan(letter.body.length / 2);
    expect([...hearer.proven, b.meetings.length, b.said.length].filter(Boolean)).toEqual(kind === "knock" ? [] : [1]);
  });
});

test.each([
  [true, "inbox", ["SIGNAL_FORGED"], 0],
  [false, "inbox", [], 1],
] as const)(
  "place %s: a knock in an inbox of an earlier run, brought to the new one",
  async (place, _soul, codes, met) => {
    const { post, a, b } = await ends({ place });
    const { knock } = await meet(post, a, b);
    const restarted = await post.desk(b.identity, { place });
    restarted.desk.hear({ ...knock, soul: restarted.way.soul });
    await expect.poll(() => [restarted.refused, restarted.meetings.length]).toEqual([codes, met]);
  },
);

test.each([
  [true, ["SIGNAL_EXPIRED"], 0],
  [false, [], 1],
] as const)("since %s: a knock in the well-known place, brought again after a restart", async (since, codes, met) => {
  const { post, a, b } = await ends({ since });
  const { knock } = await meet(post, a, b, wellKnown);
  post.aheadMs = 2;
  const restarted = await post.desk(b.identity, { since });
  restarted.desk.hear(knock);
  await expect.poll(() => [restarted.refused, restarted.meetings.length]).toEqual([codes, met]);
  // Who knocks now is heard there.
  const other = await post.desk(await ephemeralIdentity(random));
  if (since) await meet(post, other, restarted, wellKnown);
});

test("answers and talk of an earlier run are SIGNAL_STRAY, and what is no letter is SIGNAL_INVALID", async () => {
  const { post, a, b } = await ends();
  const { reply, talk } = await meet(post, a, b);
  const restarted = await post.desk(a.identity);
  for (const each of [reply, talk]) restarted.desk.hear(each);
  restarted.desk.hear({ ...talk, body: Uint8Array.of(9, 9) });
  expect(restarted.refused).toEqual(["SIGNAL_STRAY", "SIGNAL_STRAY", "SIGNAL_INVALID"]);
});

test.each([
  [true, ["SIGNAL_FORGED"], 0],
  [false, [], 1],
] as const)("signature %s: an answer in the name of the one who was asked", async (signature, codes, answered) => {
  const { post, a, b } = await ends({ signature });
  const { hooks, answers } = dialHooks();
  await a.desk.dial(b.identity.id, { first: [b.way], later: [] }, hooks);
  const [knock] = post.letters;
  const letter = knock && readLetter(knock.signal.body);
  if (!knock || letter?.kind !== "knock") throw new Error("a knock");
  const [eve, suite] = [await ephemeralIdentity(random), await kernelSuite()];
  const own = suite.keyPair();
  const reply = { from: b.identity.id, key: own.publicKey, inbox: "I".repeat(24) };
  const facts = { network: "test", id: knock.signal.id, to: b.identity.id };
  const transcript = replyBytes(facts, letter.knock, reply);
  const { sealed } = new SealedTalk({ suite, own, other: letter.knock.key, transcript, knocks: false }).seal([]);
  const proof = await eve.sign(replyDomain, transcript);
  a.desk.hear({ ...knock.signal, soul: a.way.soul, body: encodeReply(reply, proof, sealed) });
  expect([a.refused, answers.length]).toEqual([codes, answered]);
});

test("what a peer itself sealed wrongly is proven to be its doing; a node that cannot sign answers nobody", async () => {
  const { post, a, b } = await ends();
  const { hooks } = dialHooks();
  const dialled = await a.desk.dial(b.identity.id, { first: [b.way], later: [] }, hooks);
  const [knock] = post.letters;
  if (!knock) throw new Error("a knock");
  b.desk.hear(knock.signal);
  await expect.poll(() => b.meetings.length).toBe(1);
  b.meetings[0]?.say(candidate);
  await turn();
  const reply = post.letters.at(-1);
  if (reply) a.desk.hear(reply.signal);
  // biome-ignore lint/suspicious/noExplicitAny: what a hostile peer may seal is of no type
  dialled.say({ type: "offer", sdp: 7 } as any);
  await turn();
  const wrong = post.letters.at(-1);
  if (wrong) b.desk.hear(wrong.signal);
  expect([b.refused, b.proven]).toEqual([["SIGNAL_INVALID"], [true]]);
  const broken = { ...b.identity, sign: () => Promise.reject(new Error("the key is gone")) };
  const mute = await post.desk(broken);
  const before = post.letters.length;
  await a.desk.dial(b.identity.id, { first: [mute.way], later: [] }, hooks);
  const again = post.letters.at(-1);
  if (again) mute.desk.hear(again.signal);
  await turn();
  expect([post.letters.length - before, mute.meetings.length, mute.refused]).toEqual([1, 0, []]);
});

test("who proposes meetings without end is told of as RATE_EXCEEDED, and those under way are bounded", async () => {
  const { post, a, b } = await ends();
  const { hooks } = dialHooks();
  for (let number = 0; number < 40; number += 1) await a.desk.dial(b.identity.id, { first: [b.way], later: [] }, hooks);
  for (const { signal } of post.letters.splice(0)) b.desk.hear(signal);
  await expect.poll(() => b.meetings.length).toBe(32);
  expect(b.refused).toEqual(Array.from({ length: 8 }, () => "RATE_EXCEEDED"));
});
