import { afterEach, expect, test } from "vitest";
import { collect, never, peerId } from "../../../tests/support/transport-ends.ts";
import { makeNode, type Node, relay } from "./nodes.ts";

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function opened(options: Partial<Parameters<typeof makeNode>[0]> = {}, id?: string): Promise<Node> {
  const node = makeNode(options, id);
  undo.push(() => node.close());
  await node.open();
  return node;
}

async function server(): Promise<string> {
  const started = await relay();
  undo.push(() => started.close());
  return started.url;
}

test("nobody there: PEER_ABSENT after the dial's time, and nothing is left", async () => {
  const url = await server();
  const a = await opened({ relays: [url], dialTimeoutMs: 300 });
  const dial = a.transport.connect({ peer: peerId(), addresses: [] }, "relay", { signal: never });
  await expect(dial).rejects.toMatchObject({ code: "PEER_ABSENT" });
  const stale = [{ transport: "gun", value: "x".repeat(24), rendezvous: url }];
  await expect(a.transport.connect({ addresses: stale }, "relay", { signal: never })).rejects.toMatchObject({
    code: "PEER_ABSENT",
  });
});

test("no relay there: open goes on in the background, dials say TRANSPORT_UNAVAILABLE at once", async () => {
  const a = await opened({ relays: ["http://127.0.0.1:9/gun"], openTimeoutMs: 100 });
  expect(a.transport.state).toBe("error");
  const startedAt = performance.now();
  await expect(
    a.transport.connect({ peer: peerId(), addresses: [] }, "relay", { signal: never }),
  ).rejects.toMatchObject({ code: "TRANSPORT_UNAVAILABLE" });
  expect(performance.now() - startedAt).toBeLessThan(50);
});

test("without relay and without serve the transport says what is missing", async () => {
  const a = await opened();
  expect(a.transport.state).toBe("error");
  expect(a.transport.lastError).toContain("`relays`");
  expect(a.transport.roadsTo({ peer: peerId(), addresses: [] })).toEqual([]);
});

test("an aborted dial rejects with the reason, and the peer gets no connection", async () => {
  const url = await server();
  const [a, b] = [await opened({ relays: [url] }), await opened({ relays: [url] })];
  const reason = new Error("changed my mind");
  const abort = new AbortController();
  const dial = a.transport.connect({ peer: b.id, addresses: [] }, "relay", { signal: abort.signal });
  abort.abort(reason);
  await expect(dial).rejects.toBe(reason);
  await expect(
    a.transport.connect({ peer: b.id, addresses: [] }, "relay", { signal: AbortSignal.abort(reason) }),
  ).rejects.toBe(reason);
  const other = b.accepted();
  await a.transport.connect({ peer: b.id, addresses: [] }, "relay", { signal: never });
  await other;
  expect(b.inbound).toEqual([]);
});

test("a stale inbox does not hide a peer that came back: its well-known one is asked too", async () => {
  const url = await server();
  const [a, b] = [await opened({ relays: [url] }), await opened({ relays: [url] })];
  const addresses = [{ transport: "gun", value: "S".repeat(24), rendezvous: url }];
  const one = await a.transport.connect({ peer: b.id, addresses }, "relay", { signal: never });
  expect(one.rendezvous).toBe(url);
});

test("two instances of one identity stay two: a dial reaches the addressed one, and by id it reaches one", async () => {
  const url = await server();
  const id = peerId();
  const a = await opened({ relays: [url] });
  const [first, second] = [await opened({ relays: [url] }, id), await opened({ relays: [url] }, id)];
  const accepted = second.accepted();
  const addresses = second.transport.addresses();
  const one = await a.transport.connect({ peer: id, addresses }, "relay", { signal: never });
  const got = collect(await accepted);
  one.send(new TextEncoder().encode("to the second"));
  await got.until(1);
  expect(first.inbound).toEqual([]);
  await a.transport.connect({ peer: id, addresses: [] }, "relay", { signal: never });
  await expect.poll(() => first.inbound.length + second.inbound.length).toBe(1);
});

test("a full node refuses in words", async () => {
  const url = await server();
  const b = await opened({ relays: [url], maxConnections: 1 });
  const [a, c] = [await opened({ relays: [url] }), await opened({ relays: [url] })];
  await a.transport.connect({ peer: b.id, addresses: [] }, "relay", { signal: never });
  await b.accepted();
  await expect(c.transport.connect({ peer: b.id, addresses: [] }, "relay", { signal: never })).rejects.toMatchObject({
    code: "DIAL_FAILED",
  });
});

test.each([
  [{ addresses: [] }],
  [{ addresses: [{ transport: "gun", value: "__proto__" }] }],
  [{ addresses: [{ transport: "gun", value: "" }] }],
  [{ addresses: [{ transport: "other", value: "S".repeat(24) }] }],
])("a target that names nothing has no road and is absent: %j", async (target) => {
  const a = await opened({ relays: [await server()] });
  expect(a.transport.roadsTo(target)).toEqual([]);
  await expect(a.transport.connect(target, "relay", { signal: never })).rejects.toMatchObject({ code: "PEER_ABSENT" });
});

test("an unknown road, an oversized frame and a closed transport are refused by their codes", async () => {
  const url = await server();
  const [a, b] = [await opened({ relays: [url] }), await opened({ relays: [url] })];
  const target = { peer: b.id, addresses: [] };
  await expect(a.transport.connect(target, "direct", { signal: never })).rejects.toMatchObject({ code: "DIAL_FAILED" });
  const one = await a.transport.connect(target, "relay", { signal: never });
  expect(() => one.send(new Uint8Array(24_001))).toThrow(expect.objectContaining({ code: "FRAME_TOO_LARGE" }));
  await a.close();
  await expect(a.transport.connect(target, "relay", { signal: never })).rejects.toMatchObject({
    code: "TRANSPORT_UNAVAILABLE",
  });
});
