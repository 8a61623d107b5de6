import {
  createSwarm,
  ephemeralIdentity,
  type Identity,
  ports,
  type Swarm,
  type SwarmEvents,
  use,
} from "@swarm-space/core";
import { type GunClient, type GunItem, IdSource } from "@swarm-space/gun-driver";
import { openGunRelay } from "@swarm-space/gun-driver/relay";
import {
  createTopics,
  decodePacket,
  encodePacket,
  fromBase64,
  gunMailboxes,
  inboxSoul,
  toBase64,
} from "@swarm-space/gun-driver/road";
import { afterEach, expect, test } from "vitest";
import { clock, random } from "../../../tests/support/transport-ends.ts";
import { integratedWith } from "../src/index.ts";
import { encodeTalk, readLetter, replyBytes } from "../src/signalling/knock.ts";
import { SealedTalk } from "../src/signalling/sealed-talk.ts";
import { cutEngine } from "./cut-engine.ts";
import { kernelSuite } from "./nodes.ts";
import { isSignal, knockFor, putAt, strangerAt } from "./signal-stage.ts";

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const network = "refused-offers";
const ids = new IdSource(random);

async function node(identity: Identity, url: string) {
  const engine = cutEngine();
  const plugin = use(integratedWith({ openEngine: engine.open }), { gunRelays: [url], bindAddress: "127.0.0.1" });
  const swarm = await createSwarm({ network, log: "silent", identity, plugins: [plugin] });
  undo.push(() => swarm.stop());
  const told: SwarmEvents["frame:rejected"][] = [];
  swarm.on("frame:rejected", (detail) => void told.push(detail));
  await swarm.start();
  const [transport] = swarm.get(ports.transport);
  return { swarm, engine, told, soul: inboxSoul(transport?.addresses()[0]?.value ?? "") };
}

async function stranger(url: string): Promise<GunClient> {
  const client = await strangerAt(url);
  undo.push(() => client.close());
  return client;
}

const counted = (swarm: Swarm) =>
  Object.fromEntries(swarm.getTransportStatus().health.get("integrated")?.rejected ?? []);

/** The same with its last byte altered. */
function altered(value: string): string {
  const bytes = fromBase64(value) ?? new Uint8Array(1);
  return toBase64(bytes.with(-1, (bytes.at(-1) ?? 0) ^ 1));
}

test("a stranger puts replayed and forged offers in a node's inbox: each is refused, told and counted by its code, also behind a restart", {
  timeout: 30_000,
}, async () => {
  const relay = await openGunRelay({ clock, random, port: 0, mailboxes: gunMailboxes() });
  undo.push(() => relay.close());
  const [anna, bert, eve] = [
    await ephemeralIdentity(random),
    await ephemeralIdentity(random),
    await ephemeralIdentity(random),
  ];
  const [a, b] = [await node(anna, relay.url), await node(bert, relay.url)];
  const mallory = await stranger(relay.url);
  const wellKnown = await createTopics(network, undefined, "integrated").wellKnown(bert.id);
  const heard: GunItem[] = [];
  for (const { soul } of [a, b]) mallory.subscribe(soul, (item) => isSignal(item) && heard.push(item));
  const opened = [a, b].map(
    ({ swarm }) => new Promise<void>((end) => swarm.on("connection:open", ({ road }) => road === "direct" && end())),
  );
  await a.swarm.connect(bert.id);
  await Promise.all(opened);
  // Both may have dialled: the other meeting is over too.
  await expect.poll(() => [a.engine.standing, b.engine.standing], { timeout: 10_000 }).toEqual([1, 1]);
  const made = [a.engine.made, b.engine.made];
  expect([counted(a.swarm), counted(b.swarm)]).toEqual([{}, {}]);

  // All that was said, once more: knocks, the sealed offer and answer, candidates.
  const said = heard.splice(0);
  for (const { soul, value } of said) putAt(mallory, soul, value ?? "");
  const replayed = ({ soul }: { readonly soul: string }) => said.filter((item) => item.soul === soul).length;
  await expect.poll(() => counted(b.swarm)).toEqual({ SIGNAL_REPLAYED: replayed(b) });
  await expect.poll(() => counted(a.swarm)).toEqual({ SIGNAL_REPLAYED: replayed(a) });

  const [forB, forA] = [
    { id: bert.id, soul: b.soul, network },
    { id: anna.id, soul: b.soul, network },
  ];
  const id = () => ids.next();
  const hour = 3_600_000;
  for (const value of [
    await knockFor(forB, eve, { from: anna.id }, id()),
    altered(await knockFor(forB, eve, {}, id())),
    await knockFor(forA, eve, {}, id()),
    await knockFor(forB, eve, { expiresAt: Math.round(clock.wall() - hour) }, id()),
  ])
    putAt(mallory, b.soul, value);
  const before = { SIGNAL_REPLAYED: replayed(b), SIGNAL_FORGED: 3, SIGNAL_EXPIRED: 1 };
  await expect.poll(() => counted(b.swarm)).toEqual(before);
  expect(b.told.map(({ remote }) => remote)).toContain(anna.id);
  // Of all that nobody is proven to be the author, and nobody is charged.
  expect(b.told.filter(({ peer }) => peer !== undefined)).toEqual([]);
  expect([a.engine.made, b.engine.made]).toEqual(made);

  const inWellKnown = await knockFor({ ...forB, soul: wellKnown }, anna, {}, id());
  await Promise.all([a.swarm.stop(), b.swarm.stop()]);
  const again = await node(bert, relay.url);
  const answers: GunItem[] = [];
  mallory.subscribe(inboxSoul("I".repeat(24)), (item) => answers.push(item));
  for (const { value } of said) putAt(mallory, again.soul, value ?? "");
  putAt(mallory, wellKnown, inWellKnown);
  const knocks = said.filter(({ value }) => fromBase64(value ?? "")?.[13] === 1).length;
  const after = { SIGNAL_FORGED: knocks, SIGNAL_STRAY: said.length - knocks, SIGNAL_EXPIRED: 1 };
  await expect.poll(() => counted(again.swarm)).toEqual(after);
  expect([again.engine.made, answers]).toEqual([0, []]);
});

test("who is proven to seal nonsense pays for it: after some times the door refuses it, and no peer connection stands", {
  timeout: 30_000,
}, async () => {
  const relay = await openGunRelay({ clock, random, port: 0, mailboxes: gunMailboxes() });
  undo.push(() => relay.close());
  const [bert, eve, suite] = [await ephemeralIdentity(random), await ephemeralIdentity(random), await kernelSuite()];
  const b = await node(bert, relay.url);
  const mallory = await stranger(relay.url);
  const barred = new Promise<SwarmEvents["peer:graylisted"]>((resolve) => b.swarm.on("peer:graylisted", resolve));
  // One weighs 20 of the 100 that are too many, and they fade.
  for (let time = 1; time <= 6; time += 1) {
    const [own, inbox, id] = [suite.keyPair(), ids.next() + ids.next(), ids.next()];
    const expiresAt = Math.round(clock.wall() + 3_000);
    const opening = { from: eve.id, key: own.publicKey, inbox, expiresAt };
    mallory.subscribe(inboxSoul(inbox), ({ value }) => {
      const packet = decodePacket(fromBase64(value ?? "") ?? new Uint8Array(0));
      const letter = packet?.kind === "signal" ? readLetter(packet.body) : undefined;
      if (letter?.kind !== "reply") return;
      const transcript = replyBytes({ network, id, to: bert.id }, opening, letter.reply);
      const talk = new SealedTalk({ suite, own, other: letter.reply.key, transcript, knocks: true });
      // biome-ignore lint/suspicious/noExplicitAny: what a hostile peer may seal is of no type
      const { counter, sealed } = talk.seal([{ type: "answer", sdp: "nonsense" } as any]);
      putAt(mallory, b.soul, toBase64(encodePacket({ kind: "signal", to: id, body: encodeTalk(counter, sealed) })));
    });
    putAt(mallory, b.soul, await knockFor({ id: bert.id, soul: b.soul, network }, eve, opening, id));
    await expect.poll(() => counted(b.swarm)).toEqual({ SIGNAL_INVALID: time });
  }
  expect(await barred).toMatchObject({ peer: eve.id, offence: "signalInvalid" });
  expect(b.told.every(({ peer }) => peer === eve.id)).toBe(true);
  await expect.poll(() => [b.engine.made, b.engine.standing]).toEqual([6, 0]);
});
