import { ephemeralIdentity } from "@swarm-space/core";
import { RelayPool } from "@swarm-space/gun-driver";
import { openGunRelay } from "@swarm-space/gun-driver/relay";
import { gunMailboxes, RelayTransport } from "@swarm-space/gun-driver/road";
import { afterEach, expect, test } from "vitest";
import {
  clock,
  codeOf,
  collect,
  join,
  never,
  numbered,
  random,
  sendAll,
  sendBothWays,
} from "../../../tests/support/transport-ends.ts";
import { integratedConfig } from "../src/config.ts";
import { openRelaySide } from "../src/relay-side.ts";
import { heldEngine } from "./cut-engine.ts";
import { makeNode, type Node, relay } from "./nodes.ts";

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function pair(...[options = {}, replaced]: Partial<Parameters<typeof makeNode>>) {
  const server = await relay();
  undo.push(() => server.close());
  const gunRelays = [server.url];
  const nodes = await Promise.all([
    makeNode({ gunRelays, ...options }, replaced),
    makeNode({ gunRelays, ...options }, replaced),
  ]);
  undo.push(() => Promise.all(nodes.map((node) => node.close())));
  await Promise.all(nodes.map((node) => node.open()));
  const [a, b] = nodes;
  return { a, b, server };
}

test.each(["direct", "relay"])("frames go both ways by the road %s, in order and once", async (road) => {
  const { a, b } = await pair();
  expect(a.transport.state).toBe("ready");
  const [one, other] = await join(a, b, road);
  expect(a.transport.state).toBe("active");
  const came = await sendBothWays(one, other);
  expect(came).toEqual({ atOne: numbered("to a", 1_000), atOther: numbered("to b", 1_000) });
  expect([one.road, other.road, one.transport, other.transport]).toEqual([road, road, "integrated", "integrated"]);
  if (road === "relay") return;
  expect(one.binding).toHaveLength(64);
  expect(one.binding).toEqual(other.binding);
  expect(one.capabilities.direct).toBe(true);
});

test("a peer is dialled by its id alone, and by the name that a finder gives", async () => {
  const { a, b } = await pair();
  for (const target of [{ peer: b.id, addresses: [] }, { addresses: [{ transport: "integrated", value: b.id }] }]) {
    expect(a.transport.roadsTo(target)).toEqual(["direct", "relay"]);
    for (const road of ["direct", "relay"]) {
      const other = b.accepted();
      const one = await a.transport.connect(target, road, { signal: never });
      const texts = collect(await other);
      await sendAll(one, ["hello"]);
      await texts.until(1);
      await one.close();
    }
  }
});

test("a close is heard by the other side, behind what was sent", async () => {
  const { a, b } = await pair();
  const [one, other] = await join(a, b, "direct");
  const texts = collect(other);
  await sendAll(one, ["last words"]);
  await one.close("enough");
  expect((await other.closed).by).toBe("remote");
  expect(texts.texts).toEqual(["last words"]);
  await expect.poll(() => [a.transport.state, b.transport.state]).toEqual(["ready", "ready"]);
});

test("both dial at once: each dial is a channel of its own", async () => {
  const { a, b } = await pair();
  const accepted = [a.accepted(), b.accepted()];
  const dials = await Promise.all([
    a.transport.connect({ peer: b.id, addresses: [] }, "direct", { signal: never }),
    b.transport.connect({ peer: a.id, addresses: [] }, "direct", { signal: never }),
  ]);
  const arrived = await Promise.all(accepted);
  expect(dials[0].binding).toEqual(arrived[1]?.binding);
  expect(dials[1].binding).toEqual(arrived[0]?.binding);
  expect(dials[0].binding).not.toEqual(dials[1].binding);
});

test("nobody there: PEER_ABSENT after two tries; no relay: TRANSPORT_UNAVAILABLE, at once", async () => {
  const { a, server } = await pair({ attemptTimeoutMs: 200 });
  const { id } = await ephemeralIdentity(random);
  expect(await codeOf(a.transport.connect({ peer: id, addresses: [] }, "direct", { signal: never }))).toBe(
    "PEER_ABSENT",
  );
  await server.close();
  await expect.poll(() => a.transport.state).toBe("error");
  expect(await codeOf(a.transport.connect({ peer: id, addresses: [] }, "direct", { signal: never }))).toBe(
    "TRANSPORT_UNAVAILABLE",
  );
});

test("a dial that is called off rejects with the reason, and leaves nothing half-open", async () => {
  const { promise: held, resolve: goOn } = Promise.withResolvers<void>();
  const { a, b } = await pair({}, { openEngine: heldEngine(held) });
  const reason = new Error("called off");
  for (const wait of [0, 1, 5, 20]) {
    const abort = new AbortController();
    const dialling = a.transport.connect({ peer: b.id, addresses: [] }, "direct", { signal: abort.signal });
    await new Promise((resolve) => setTimeout(resolve, wait));
    abort.abort(reason);
    await expect(dialling).rejects.toBe(reason);
  }
  goOn();
  const [one] = await join(a, b, "direct");
  await one.close();
  await expect.poll(() => [a.transport.state, b.transport.state]).toEqual(["ready", "ready"]);
});

test("the relay goes away: the data channel goes on", async () => {
  const { a, b, server } = await pair({ graceMs: 100 });
  const [one, other] = await join(a, b, "direct");
  await server.close();
  await expect.poll(() => a.transport.state).toBe("degraded");
  const texts = collect(other);
  await sendAll(one, ["without a relay"]);
  await texts.until(1);
});

test("a letter that a Gun transport left is collected here, and the other way: they have the same mailboxes", async () => {
  const server = await openGunRelay({ clock, random, port: 0, mailboxes: gunMailboxes() });
  undo.push(() => server.close());
  const node = await makeNode({ gunRelays: [server.url] });
  const { id } = await ephemeralIdentity(random);
  const pool = new RelayPool();
  const gun = new RelayTransport({
    id: "gun",
    self: { id, network: "test" },
    relays: [server.url],
    config: integratedConfig.parse({}),
    ...{ clock, random, pool: () => pool, openSide: openRelaySide, suite: () => undefined },
  });
  undo.push(() => Promise.all([node.close(), gun.close({ signal: never })]));
  await Promise.all([node.open(), gun.open(() => undefined, { signal: never })]);
  const done = new AbortController();
  const collected = (mailbox: RelayTransport) =>
    new Promise<Uint8Array>((resolve) => void mailbox.collect(resolve, { signal: done.signal }));
  const letters = [Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5, 6)] as const;
  await gun.deposit(node.id, letters[0], 60_000, { signal: never });
  await node.transport.relay.deposit(id, letters[1], 60_000, { signal: never });
  expect(await Promise.all([collected(node.transport.relay), collected(gun)])).toEqual(letters);
  done.abort();
});

test("without WebRTC the relay's road is there, and the state says why there is no other", async () => {
  const server = await relay();
  undo.push(() => server.close());
  const openEngine = () => Promise.reject(new Error("none here"));
  const node: Node = await makeNode({ gunRelays: [server.url] }, { openEngine });
  undo.push(() => node.close());
  await node.open();
  expect(node.transport.roadsTo({ peer: node.id, addresses: [] })).toEqual(["relay"]);
  expect([node.transport.state, node.transport.lastError]).toEqual(["degraded", "no data channels: none here"]);
});
