import { ephemeralIdentity } from "@swarm-space/core";
import { decodePacket, encodePacket, fromBase64, inboxSoul, toBase64 } from "@swarm-space/gun-driver/road";
import { afterEach, expect, test } from "vitest";
import { clock, join, random } from "../../../tests/support/transport-ends.ts";
import { encodeReply, readLetter, replyBytes, replyDomain } from "../src/signalling/knock.ts";
import type { SignalSafeguards } from "../src/signalling/safeguards.ts";
import { SealedTalk } from "../src/signalling/sealed-talk.ts";
import { kernelSuite } from "./nodes.ts";
import { isSignal, knockAt, put, putAt, SignalStage, soulOf } from "./signal-stage.ts";

let signals: SignalStage | undefined;
afterEach(async () => {
  await signals?.close();
});

async function stage(off: Partial<SignalSafeguards>) {
  signals = await SignalStage.open(off);
  return signals;
}

/** What comes of a letter in b's inbox: its code where it is refused, or a peer connection. */
async function fateOf({ b, ear, engine }: SignalStage, value: string): Promise<string> {
  const made = engine.made;
  put(ear, b, value);
  await expect.poll(() => b.refused.length + engine.made - made).toBe(1);
  return b.refused[0] ?? "a peer connection";
}

const hour = 3_600_000;

test.each([
  [true, "SIGNAL_EXPIRED"],
  [false, "a peer connection"],
])("expiry %s: a letter of yesterday is %s", async (expiry, fate) => {
  const staged = await stage({ expiry });
  const eve = await ephemeralIdentity(random);
  const old = await knockAt(staged.b, eve, { expiresAt: Math.round(clock.wall() - 24 * hour) });
  expect(await fateOf(staged, old)).toBe(fate);
});

test.each([
  [true, "SIGNAL_REPLAYED"],
  [false, "a peer connection"],
])("replay %s: an offer that was said is said again, and is %s", async (replay, fate) => {
  const staged = await stage({ replay });
  const { a, b, heard } = staged;
  const [one, other] = await join(a, b, "direct");
  await one.close();
  await other.closed;
  const [knock] = heard.filter((item) => isSignal(item) && item.soul === soulOf(b));
  expect(await fateOf(staged, knock?.value ?? "")).toBe(fate);
});

test.each([
  [true, "SIGNAL_FORGED"],
  [false, "a peer connection"],
])(
  "signature %s: a letter in another's name, of another network, or for another peer is %s",
  async (signature, fate) => {
    const eve = await ephemeralIdentity(random);
    const victim = await ephemeralIdentity(random);
    const letters = [
      ({ b }: SignalStage) => knockAt(b, eve, { from: victim.id }),
      ({ b }: SignalStage) => knockAt(b, eve, {}, "another network"),
      ({ a }: SignalStage) => knockAt(a, eve),
    ];
    for (const letter of letters) {
      const staged = await stage({ signature });
      expect(await fateOf(staged, await letter(staged))).toBe(fate);
      await staged.close();
    }
  },
);

test.each([true, false])("answerer %s: somebody else answers, whom a relay let read the knock", async (answerer) => {
  const { a, b, ear, engineOfA } = await stage({ answerer });
  const [eve, absent] = [await ephemeralIdentity(random), await ephemeralIdentity(random)];
  const suite = await kernelSuite();
  let answers = 0;
  ear.subscribe(soulOf(b), ({ value }) => {
    const packet = decodePacket(fromBase64(value ?? "") ?? new Uint8Array(0));
    if (packet?.kind !== "signal") return;
    const letter = readLetter(packet.body);
    if (letter?.kind !== "knock") return;
    const [own, facts] = [suite.keyPair(), { network: "test", id: packet.to, to: absent.id }];
    const reply = { from: eve.id, key: own.publicKey, inbox: "I".repeat(24) };
    const transcript = replyBytes(facts, letter.knock, reply);
    const { sealed } = new SealedTalk({ suite, own, other: letter.knock.key, transcript, knocks: false }).seal([]);
    void eve.sign(replyDomain, transcript).then((proof) => {
      const body = encodeReply(reply, proof, sealed);
      const answer = toBase64(encodePacket({ kind: "signal", to: packet.to, body }));
      putAt(ear, inboxSoul(letter.knock.inbox), answer);
      answers += 1;
    });
  });
  const abort = new AbortController();
  const dialling = a.transport.connect({ peer: absent.id, addresses: b.transport.addresses() }, "direct", abort);
  dialling.catch(() => undefined);
  await expect.poll(() => answers).toBeGreaterThan(0);
  // What was put after it is heard after it.
  const [one] = await join(b, a, "relay");
  expect(engineOfA.made).toBe(answerer ? 0 : 1);
  abort.abort(new Error("called off"));
  await expect(dialling).rejects.toThrow("called off");
  await one.close();
});
