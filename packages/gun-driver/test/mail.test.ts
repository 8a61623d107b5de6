import { afterEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { createGunClient, type GunClient, type RelayRefusal, webSocketDial } from "../src/index.ts";
import {
  dialNode,
  type GunRelay,
  type GunRelayOptions,
  type KeptLetter,
  openGunRelay,
  type RelayKeep,
} from "../src/relay/index.ts";
import { remoteRange } from "../src/relay/remote-range.ts";
import { clock, random } from "./clock.ts";

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const isMailbox = (soul: string) => soul.startsWith("box");

async function relay(options: Partial<GunRelayOptions> = {}): Promise<GunRelay> {
  const started = await openGunRelay({ clock, random, port: 0, mailboxes: { isMailbox }, ...options });
  undo.push(() => started.close());
  return started;
}

async function client(url: string, dial = dialNode): Promise<GunClient> {
  const made = createGunClient({ relays: [url], clock, random, dial, backoff: { baseMs: 10, capMs: 50 } });
  undo.push(() => made.close());
  const up = new Promise<void>((resolve) => made.onRelay((status) => status.up && resolve()));
  made.open();
  await up;
  return made;
}

/** A client that comes from another address of this machine. */
const from = (localAddress: string) => webSocketDial((url) => new WebSocket(url, { localAddress }));

const letter = (key: string, value: string | null = "letter", state = 1) => ({ key, value, state });
const signal = () => AbortSignal.timeout(5_000);

/** What becomes of `count` deposits: "KEPT", or the relay's reason. */
function leave(at: GunClient, url: string, soul: string, count: number, name = "key"): Promise<readonly string[]> {
  return Promise.all(
    Array.from({ length: count }, (_, index) =>
      at.keep(url, soul, letter(`${name} ${index}`), { signal: signal() }).then(
        () => "KEPT",
        (error: RelayRefusal) => error.reason,
      ),
    ),
  );
}

/** Keys that somebody who asks now is given, once there are as many as expected. */
async function keysIn(url: string, soul: string, count: number): Promise<readonly string[]> {
  const at = await client(url);
  const keys = new Set<string>();
  const enough = Promise.withResolvers<void>();
  at.subscribe(soul, ({ key, value }) => {
    if (value !== null) keys.add(key);
    if (keys.size >= count) enough.resolve();
  });
  if (count > 0) await enough.promise;
  await at.keep(url, "settled", letter(String(Math.random())), { signal: signal() });
  await at.close();
  return [...keys];
}

const tally = (words: readonly string[]) =>
  Object.fromEntries([...new Set(words)].sort().map((word) => [word, words.filter((each) => each === word).length]));

/** A medium in memory, that can be full. */
class Medium implements RelayKeep {
  readonly letters = new Map<string, KeptLetter>();
  full = false;
  async *load() {
    yield* this.letters.values();
  }
  async put(kept: KeptLetter) {
    await new Promise((resolve) => setImmediate(resolve));
    if (this.full) throw Object.assign(new Error("no room"), { code: "STORE_FULL" });
    this.letters.set(`${kept.soul} ${kept.key}`, kept);
  }
  async delete(soul: string, key: string) {
    this.letters.delete(`${soul} ${key}`);
  }
}

test("a flooder fills its own share of a mailbox, over one connection and over many; others find room", async () => {
  const mailboxes = { isMailbox, perMailbox: { letters: 40, bytes: 100_000 } };
  const server = await relay({ mailboxes });
  const flood = await client(server.url);
  expect(tally(await leave(flood, server.url, "box", 100))).toEqual({ KEPT: 10, SHARE_FULL: 90 });
  for (let index = 0; index < 3; index += 1) await leave(await client(server.url), server.url, "box", 100, `${index}`);
  expect(server.stats()).toMatchObject({ letters: 20, refusedLetters: 380 });
  const honest = await client(server.url, from("127.0.0.2"));
  expect(tally(await leave(honest, server.url, "box", 10, "honest"))).toEqual({ KEPT: 10 });
  const kept = await keysIn(server.url, "box", 30);
  expect(kept.filter((key) => key.startsWith("honest"))).toHaveLength(10);
  expect(kept).toHaveLength(30);
});

test("the share taken away: the same flood fills the mailbox, and others find none", async () => {
  const perMailbox = { letters: 40, bytes: 100_000 };
  const whole = { perMailbox, perRange: perMailbox, perConnection: perMailbox };
  const server = await relay({ mailboxes: { isMailbox, ...whole } });
  await leave(await client(server.url), server.url, "box", 100);
  const honest = await client(server.url, from("127.0.0.2"));
  expect(tally(await leave(honest, server.url, "box", 10, "honest"))).toEqual({ MAILBOX_FULL: 10 });
});

test("all mailboxes together are bounded, and one address's part of them; a letter that is too long is refused", async () => {
  const inAll = { letters: 40, bytes: 100_000 };
  const server = await relay({ mailboxes: { isMailbox, inAll } });
  const one = await client(server.url);
  const said = await Promise.all(Array.from({ length: 20 }, (_, index) => leave(one, server.url, `box ${index}`, 1)));
  expect(tally(said.flat())).toEqual({ KEPT: 10, SHARE_FULL: 10 });
  for (const host of [2, 3, 4]) {
    await leave(await client(server.url, from(`127.0.0.${host}`)), server.url, `box of ${host}`, 10);
  }
  const late = await client(server.url, from("127.0.0.5"));
  expect(tally(await leave(late, server.url, "box of 5", 1))).toEqual({ RELAY_FULL: 1 });
  const long = one.keep(server.url, "box", letter("long", "x".repeat(24_577)), { signal: signal() });
  await expect(long).rejects.toMatchObject({ name: "RelayRefusal", reason: "LETTER_TOO_LARGE" });
  one.put(server.url, "box 0", [letter("key 0", null, 2)]);
  expect(tally(await leave(late, server.url, "box of 5", 1))).toEqual({ KEPT: 1 });
  expect(server.stats()).toMatchObject({ letters: 40, errors: 0 });
});

test("letters outlive other keys and no flood of those puts them out; a tombstone ends one, and its time", async () => {
  let wantedUntil = Number.POSITIVE_INFINITY;
  const mailboxes = {
    isMailbox,
    expiryOf: (value: string) => (value === "short" ? wantedUntil : undefined),
    ttlMs: 1_000,
  };
  const server = await relay({ keyTtlMs: 50, maxKeys: 50, mailboxes: { ...mailboxes, ttlMs: 60_000 } });
  const at = await client(server.url);
  expect(tally(await leave(at, server.url, "box", 20))).toEqual({ KEPT: 20 });
  await leave(at, server.url, "soul", 200);
  await expect.poll(() => server.stats().keys, { timeout: 4_000 }).toBe(0);
  at.put(server.url, "box", [letter("key 3", null, 2)]);
  at.put(server.url, "box", [letter("nobody's", null, 2)]);
  expect(await keysIn(server.url, "box", 19)).toHaveLength(19);
  const brief = await relay({ mailboxes });
  wantedUntil = clock.wall() + 200;
  const other = await client(brief.url);
  await other.keep(brief.url, "box", letter("short", "short"), { signal: signal() });
  expect(brief.stats().letters).toBe(1);
  await expect.poll(() => brief.stats(), { timeout: 4_000 }).toMatchObject({ letters: 0, letterBytes: 0 });
});

test("a letter left again under its key takes the place of the one before, also in a full share", async () => {
  const server = await relay({ mailboxes: { isMailbox, perMailbox: { letters: 4, bytes: 100_000 } } });
  const at = await client(server.url);
  for (let state = 1; state < 5; state += 1) {
    await at.keep(server.url, "box", letter("one", `letter ${state}`, state), { signal: signal() });
  }
  expect(server.stats()).toMatchObject({ letters: 1, refusedLetters: 0 });
  expect(tally(await leave(at, server.url, "box", 1))).toEqual({ SHARE_FULL: 1 });
});

test("what a medium keeps is there after a restart, within its share; what was ended or is past its time is not", async () => {
  const medium = new Medium();
  const first = await relay({ keepIn: medium, mailboxes: { isMailbox, perMailbox: { letters: 16, bytes: 100_000 } } });
  const at = await client(first.url);
  expect(tally(await leave(at, first.url, "box", 4))).toEqual({ KEPT: 4 });
  at.put(first.url, "box", [letter("key 0", null, 2)]);
  await at.keep(first.url, "settled", letter("settled"), { signal: signal() });
  expect([...medium.letters.keys()]).toEqual(["box key 1", "box key 2", "box key 3"]);
  await first.close();
  const kept = { soul: "box", state: 1, value: "letter", range: "127.0.0.1", expiresAt: clock.wall() + 60_000 };
  medium.letters.set("past", { ...kept, key: "past", expiresAt: clock.wall() - 1 });
  medium.letters.set("proto", { ...kept, soul: "__proto__", key: "polluted" });
  medium.letters.set("other", { ...kept, soul: "no mailbox", key: "other" });
  const again = await relay({ keepIn: medium, mailboxes: { isMailbox, perMailbox: { letters: 16, bytes: 100_000 } } });
  expect([...(await keysIn(again.url, "box", 3))].sort()).toEqual(["key 1", "key 2", "key 3"]);
  expect(again.stats()).toMatchObject({ letters: 3, errors: 0 });
  const later = await client(again.url);
  expect(tally(await leave(later, again.url, "box", 4, "new"))).toEqual({ KEPT: 4 });
  const third = await client(again.url);
  expect(tally(await leave(third, again.url, "box", 4, "newer"))).toEqual({ KEPT: 1, SHARE_FULL: 3 });
});

test("a medium that is full refuses with its reason, and the relay goes on", async () => {
  const medium = new Medium();
  const server = await relay({ keepIn: medium });
  const at = await client(server.url);
  medium.full = true;
  expect(tally(await leave(at, server.url, "box", 3))).toEqual({ STORE_FULL: 3 });
  expect(await keysIn(server.url, "box", 0)).toEqual([]);
  expect(server.stats()).toMatchObject({ letters: 0, refusedLetters: 3 });
  medium.full = false;
  expect(tally(await leave(at, server.url, "box", 3, "then"))).toEqual({ KEPT: 3 });
  expect(medium.letters.size).toBe(3);
});

test("a letter left at one relay and collected over another is ended where it lies", async () => {
  const first = await relay();
  const second = await relay({ peers: [first.url] });
  const [sender, receiver] = [await client(first.url), await client(second.url)];
  await expect.poll(() => second.stats().relaysUp).toBe(1);
  await leave(sender, first.url, "box", 1);
  const got = new Promise<string>((resolve) => receiver.subscribe("box", ({ key }) => resolve(key)));
  expect(await got).toBe("key 0");
  expect(second.stats().letters).toBe(0);
  receiver.put(second.url, "box", [letter("key 0", null, 2)]);
  await expect.poll(() => first.stats().letters).toBe(0);
});

test.each([
  ["127.0.0.1", "127.0.0.1"],
  ["::ffff:10.1.2.3", "10.1.2.3"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:0db8:1::6", "2001:db8:1:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["local", "local"],
])("the range of %s is %s", (remote, range) => {
  expect(remoteRange(remote)).toBe(range);
});
