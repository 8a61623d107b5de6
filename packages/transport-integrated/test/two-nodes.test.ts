import { ephemeralIdentity } from "@swarm-space/core";
import { afterEach, expect, test } from "vitest";
import { codeOf, collect, join, makeNode, type Node, never, numbered, random, relay, sendAll } from "./nodes.ts";

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function pair(options: Parameters<typeof makeNode>[0] = {}) {
  const server = await relay();
  undo.push(() => server.close());
  const gunRelays = [server.url];
  const nodes = await Promise.all([makeNode({ gunRelays, ...options }), makeNode({ gunRelays, ...options })]);
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
  const [atA, atB] = [collect(one), collect(other)];
  await Promise.all([sendAll(one, numbered("to b", 1_000)), sendAll(other, numbered("to a", 1_000))]);
  await Promise.all([atA.until(1_000), atB.until(1_000)]);
  expect(atB.texts).toEqual(numbered("to b", 1_000));
  expect(atA.texts).toEqual(numbered("to a", 1_000));
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
  const { a, b } = await pair();
  const reason = new Error("called off");
  for (const wait of [0, 1, 5, 20]) {
    const abort = new AbortController();
    const dialling = a.transport.connect({ peer: b.id, addresses: [] }, "direct", { signal: abort.signal });
    await new Promise((resolve) => setTimeout(resolve, wait));
    abort.abort(reason);
    await expect(dialling).rejects.toBe(reason);
  }
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
