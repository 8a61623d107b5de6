import { SwarmError, use } from "@swarm-space/core";
import { memoryPlugin } from "@swarm-space/testkit";
import { expect, test } from "vitest";
import * as z from "zod";
import { heard, Stage } from "../acceptance/stage.ts";
import { type Middle, throughMiddle } from "../security/middle.ts";
import { sightings } from "../support/sightings.ts";

const chat = { name: "chat", schema: z.string() };

/** Alice is told where Bob is, whatever his network, and dials him. */
async function pair(stage: Stage, o: { readonly networks: readonly [string, string]; readonly middle?: Middle }) {
  const bobs = [use(memoryPlugin({ network: stage.network, discovery: false }))];
  const bob = await stage.node("bob", bobs, { network: o.networks[1] });
  const target = { peer: bob.id, addresses: [{ transport: "memory", value: bob.id }] };
  const road = throughMiddle(stage.network, o.middle ?? ((frame) => [frame]));
  const alice = await stage.node("alice", [road, sightings(target)], { network: o.networks[0] });
  const letters: string[] = [];
  bob.channel(chat).onMessage((text) => void letters.push(text));
  const failed = heard(alice, "dial:failed");
  const rejected = heard(bob, "frame:rejected");
  return { alice, bob, letters, failed, rejected, channel: alice.channel(chat) };
}

/** What a user reads for this code. */
function cureOf(code: string): string {
  return new SwarmError(code, "").cure ?? "";
}

test("a wrong network name: NETWORK_MISMATCH is told to both, and no letter passes", async () => {
  await using stage = new Stage("networks");
  const { alice, bob, failed, rejected, letters, channel } = await pair(stage, { networks: ["garden", "gardem"] });
  await stage.start();
  const sent = channel.send(bob.id, "hello", { ttlMs: 20_000 });
  sent.catch(() => undefined);
  await stage.eventually(() => failed.length > 0 && rejected.length > 0, "both were told");
  expect(failed[0]).toMatchObject({ peer: bob.id, code: "NETWORK_MISMATCH" });
  expect(rejected[0]).toMatchObject({ code: "NETWORK_MISMATCH", detail: expect.stringContaining('"gardem"') });
  expect(cureOf("NETWORK_MISMATCH")).toMatch(/same `network`/);
  await expect(stage.until(sent)).rejects.toMatchObject({ code: "LETTER_EXPIRED" });
  expect([letters, alice.peers(), bob.peers()]).toEqual([[], [], []]);

  await using same = new Stage("networks");
  const friends = await pair(same, { networks: ["garden", "garden"] });
  await same.start();
  await same.until(friends.channel.send(friends.bob.id, "hello"));
  expect(friends.letters).toEqual(["hello"]);
});

test("a version from the future: VERSION_UNSUPPORTED is told to both", async () => {
  await using stage = new Stage("future");
  const word = new TextEncoder().encode("swarm-space");
  let changed = 0;
  /** The hello is readable, and its version stands behind the protocol's name. */
  const middle: Middle = (frame, direction, index) => {
    if (direction !== "there" || index !== 0) return [frame];
    const begin = frame.findIndex((_, at) => word.every((byte, offset) => frame[at + offset] === byte));
    expect(frame[begin + word.length]).toBe(1);
    changed++;
    return [frame.with(begin + word.length, 2)];
  };
  const { bob, failed, rejected, letters, channel } = await pair(stage, { networks: ["garden", "garden"], middle });
  await stage.start();
  const sent = channel.send(bob.id, "hello", { ttlMs: 20_000 });
  sent.catch(() => undefined);
  await stage.eventually(() => failed.length > 0 && rejected.length > 0, "both were told");
  expect(changed).toBeGreaterThan(0);
  expect(failed[0]).toMatchObject({ peer: bob.id, code: "VERSION_UNSUPPORTED" });
  expect(rejected[0]).toMatchObject({
    code: "VERSION_UNSUPPORTED",
    detail: expect.stringMatching(/version 2.*speaks 1/),
  });
  expect(cureOf("VERSION_UNSUPPORTED")).toMatch(/Update the older/);
  await expect(stage.until(sent)).rejects.toMatchObject({ code: "LETTER_EXPIRED" });
  expect(letters).toEqual([]);
});

test("an expired letter: LETTER_EXPIRED says how far it came, once, and it never arrives later", async () => {
  await using stage = new Stage("expired");
  const { alice, bob, channel, letters } = await pair(stage, { networks: ["garden", "garden"] });
  const expired = heard(alice, "letter:expired");
  await stage.start(alice);
  const sent = channel.send(bob.id, "too late", { ttlMs: 3_000 });
  const error = await stage.until(sent).catch((reason: unknown) => reason);
  expect(error).toMatchObject({
    code: "LETTER_EXPIRED",
    detail: { accepted: false, attempts: 0, ttlMs: 3_000 },
    message: expect.stringContaining("no way was found"),
    cure: expect.stringMatching(/longer `ttlMs`/),
  });
  expect(expired).toEqual([{ to: bob.id, channel: "chat" }]);
  await stage.start(bob);
  await stage.until(channel.send(bob.id, "in time", { ttlMs: 600_000 }), 600_000);
  expect(letters).toEqual(["in time"]);
});
