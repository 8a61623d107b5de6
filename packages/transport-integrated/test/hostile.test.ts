import { ephemeralIdentity, peerIdOf } from "@swarm-space/core";
import type { GunItem } from "@swarm-space/gun-driver";
import { encodePacket, toBase64 } from "@swarm-space/gun-driver/road";
import { afterEach, expect, test } from "vitest";
import { clock, join, random } from "../../../tests/support/transport-ends.ts";
import { encodeKnock } from "../src/signalling/knock.ts";
import { isSignal, knockAt, put, SignalStage, soulOf } from "./signal-stage.ts";

let signals: SignalStage | undefined;
afterEach(async () => {
  await signals?.close();
});

async function stage() {
  signals = await SignalStage.open();
  return signals;
}

const values = (items: readonly GunItem[]) => items.flatMap(({ value }) => value ?? []);

test("a relay reads no offer, answer or candidate, and has no letter once the channel is open", async () => {
  const staged = await stage();
  const { a, b, heard } = staged;
  await join(a, b, "direct");
  await expect.poll(() => heard.filter(({ value }) => value === null).length, { timeout: 5_000 }).toBeGreaterThan(3);
  const signals = heard.filter(isSignal);
  expect(signals.length).toBeGreaterThan(3);
  for (const value of values(signals)) {
    const text = Buffer.from(value, "base64").toString("latin1");
    for (const word of ["candidate", "fingerprint", "127.0.0.1", "v=0", "sdp"]) expect(text).not.toContain(word);
  }
  // Somebody who asks only now is told what is there beside it, and of no signal.
  const late = await staged.stranger();
  for (const node of [a, b]) put(late, node, "a marker");
  const left: GunItem[] = [];
  for (const node of [a, b]) late.subscribe(soulOf(node), (item) => left.push(item));
  await expect.poll(() => left.filter(({ value }) => value === "a marker").length, { timeout: 5_000 }).toBe(2);
  expect(left.filter(isSignal)).toEqual([]);
});

test("what was said is said again, all of it: each letter is refused, and no peer connection is made", async () => {
  const { a, b, ear, heard, engine } = await stage();
  const [one] = await join(a, b, "direct");
  await one.close();
  expect(engine.made).toBe(1);
  const said = heard.filter(isSignal);
  for (const { soul, value } of said) put(ear, soul === soulOf(a) ? a : b, value ?? "");
  const replayed = [a, b].map((node) => said.filter(({ soul }) => soul === soulOf(node)).map(() => "SIGNAL_REPLAYED"));
  await expect.poll(() => [a.refused, b.refused]).toEqual(replayed);
  expect(engine.made).toBe(1);
  const [again] = await join(a, b, "direct");
  await again.close();
  expect([a.refused, b.refused]).toEqual(replayed);
});

test("an offer that is forged, past its time, of a time to come, or of another network is refused by its code", async () => {
  const { b, ear, engine } = await stage();
  const eve = await ephemeralIdentity(random);
  const victim = await ephemeralIdentity(random);
  const hour = 3_600_000;
  const wrong: readonly (readonly [string, string])[] = [
    ["SIGNAL_FORGED", await knockAt(b, eve, { from: victim.id })],
    ["SIGNAL_EXPIRED", await knockAt(b, eve, { expiresAt: Math.round(clock.wall() - hour) })],
    ["SIGNAL_EXPIRED", await knockAt(b, eve, { expiresAt: Math.round(clock.wall() + hour) })],
    ["SIGNAL_FORGED", await knockAt(b, eve, {}, "another network")],
  ];
  for (const [at, [code, value]] of wrong.entries()) {
    put(ear, b, value);
    await expect.poll(() => b.refused.length).toBe(at + 1);
    expect(b.refused[at]).toBe(code);
  }
  expect(engine.made).toBe(0);
  // The same, sound, is heard.
  put(ear, b, await knockAt(b, eve));
  await expect.poll(() => engine.made).toBe(1);
});

test("a flood of knocks is heard at its rate, and a good dial comes through after it", async () => {
  const { a, b, ear, engine } = await stage();
  for (let number = 0; number < 300; number += 1) {
    const from = peerIdOf(random.bytes(32));
    const knock = { from, key: random.bytes(32), expiresAt: Math.round(clock.wall()) + 3_000, inbox: "I".repeat(24) };
    const body = encodeKnock(knock, true, random.bytes(64));
    put(ear, b, toBase64(encodePacket({ kind: "signal", to: `flood-${String(number).padStart(6, "0")}`, body })));
  }
  await expect.poll(() => b.refused.length).toBeGreaterThan(30);
  expect(b.refused.length).toBeLessThan(150);
  expect(engine.made).toBe(0);
  await join(a, b, "direct");
});

test("somebody who answers in another's name is not heard", async () => {
  const { a, b, engine } = await stage();
  const someoneElse = await ephemeralIdentity(random);
  // The inbox is b's, and the peer that is asked for is not there.
  const target = { peer: someoneElse.id, addresses: b.transport.addresses() };
  const dialling = a.transport.connect(target, "direct", { signal: AbortSignal.timeout(800) });
  await expect(dialling).rejects.toBeDefined();
  expect([engine.made, b.refused.every((code) => code === "SIGNAL_FORGED")]).toEqual([0, true]);
});
