import type { Signal } from "@swarm-space/webrtc-driver";
import { expect, test } from "vitest";
import { readLetter } from "../src/signalling/knock.ts";
import { Meeting } from "../src/signalling/meeting.ts";
import { SealedTalk } from "../src/signalling/sealed-talk.ts";
import { kernelSuite } from "./nodes.ts";

const candidate = (port: number): Signal => ({
  type: "candidate",
  candidate: `candidate:1 1 UDP 2114977791 127.0.0.1 ${port} typ host`,
  sdpMid: "0",
  sdpMLineIndex: 0,
});

test("a meeting that rests has no letters at the relay, and says and hears on until its end", async () => {
  const suite = await kernelSuite();
  const [one, other] = [suite.keyPair(), suite.keyPair()];
  const transcript = new Uint8Array(32);
  const way = { relay: "ws://127.0.0.1:1/gun", soul: "soul" };
  const lying = new Set<Uint8Array>();
  const heard: Signal[] = [];
  const never = () => expect.unreachable();
  const theirs = new Meeting({
    id: "id",
    put: () => undefined,
    onSignal: (signal) => void heard.push(signal),
    onFault: never,
  });
  const ours = new Meeting({
    id: "id",
    put: (_way, _id, body) => {
      lying.add(body);
      const letter = readLetter(body);
      if (letter?.kind === "talk") theirs.hear(letter.counter, letter.sealed);
      return () => void lying.delete(body);
    },
    onSignal: never,
    onFault: never,
  });
  ours.talk({ talk: new SealedTalk({ suite, own: one, other: other.publicKey, transcript, knocks: true }), way });
  theirs.talk({ talk: new SealedTalk({ suite, own: other, other: one.publicKey, transcript, knocks: false }), way });
  for (const port of [1, 2]) {
    ours.say(candidate(port));
    await Promise.resolve();
    expect(lying.size).toBe(1);
    ours.rest();
    expect(lying.size).toBe(0);
  }
  expect(heard).toEqual([candidate(1), candidate(2)]);
  ours.end();
  ours.say(candidate(3));
  await Promise.resolve();
  expect([lying.size, heard.length]).toEqual([0, 2]);
});
