import { afterEach, expect, test } from "vitest";
import { codeOf, collect, join, never, numbered, peerId, sendBothWays } from "../../../tests/support/transport-ends.ts";
import { makeNode, type Node, stockServer } from "./nodes.ts";

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function pair(options: Parameters<typeof stockServer>[0] = {}): Promise<readonly [Node, Node]> {
  const server = await stockServer(options);
  undo.push(() => server.close());
  const nodes = [makeNode({ servers: [server.url] }), makeNode({ servers: [server.url] })] as const;
  undo.push(() => Promise.all(nodes.map((node) => node.close())));
  await Promise.all(nodes.map((node) => node.open()));
  return nodes;
}

test("frames go both ways, in order and once", async () => {
  const [a, b] = await pair();
  expect(a.transport.state).toBe("ready");
  const [one, other] = await join(a, b, "direct");
  expect(a.transport.state).toBe("active");
  const came = await sendBothWays(one, other);
  expect(came).toEqual({ atOne: numbered("to a", 1_000), atOther: numbered("to b", 1_000) });
  expect(one.binding).toHaveLength(64);
  expect(one.binding).toEqual(other.binding);
  expect(one.capabilities.direct).toBe(true);
});

test("a peer is dialled by its id alone", async () => {
  const [a, b] = await pair();
  const other = b.accepted();
  const one = await a.transport.connect({ peer: b.id, addresses: [] }, "direct", { signal: never });
  const texts = collect(await other);
  one.send(new TextEncoder().encode("hello"));
  await texts.until(1);
  expect(texts.texts).toEqual(["hello"]);
});

test("a close is heard by the other side, behind what was sent", async () => {
  const [a, b] = await pair();
  const [one, other] = await join(a, b, "direct");
  const texts = collect(other);
  one.send(new TextEncoder().encode("last words"));
  await one.close("enough");
  expect((await other.closed).by).toBe("remote");
  expect(texts.texts).toEqual(["last words"]);
});

test("nobody is there: PEER_ABSENT, as the server says; no server of ours: TRANSPORT_UNAVAILABLE", async () => {
  // Its own five seconds are only waited for.
  const [a] = await pair({ expire_timeout: 500 });
  expect(await codeOf(a.transport.connect({ peer: peerId(), addresses: [] }, "direct", { signal: never }))).toBe(
    "PEER_ABSENT",
  );
  const elsewhere = { transport: "peerjs", value: peerId(), rendezvous: "http://127.0.0.1:1/" };
  expect(await codeOf(a.transport.connect({ addresses: [elsewhere] }, "direct", { signal: never }))).toBe(
    "TRANSPORT_UNAVAILABLE",
  );
});

test("a dial that is called off rejects with the reason and leaves nothing half-open", async () => {
  const [a, b] = await pair();
  const reason = new Error("called off");
  const abort = new AbortController();
  const dialling = a.transport.connect({ peer: b.id, addresses: [] }, "direct", { signal: abort.signal });
  abort.abort(reason);
  await expect(dialling).rejects.toBe(reason);
  const [one] = await join(a, b, "direct");
  await one.close();
  await expect.poll(() => [a.transport.state, b.transport.state]).toEqual(["ready", "ready"]);
});
