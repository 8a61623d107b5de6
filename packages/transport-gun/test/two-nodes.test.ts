import { afterEach, expect, test } from "vitest";
import { collect, join, never, numbered, sendBothWays } from "../../../tests/support/transport-ends.ts";
import { makeNode, type Node, relay } from "./nodes.ts";

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function pair(): Promise<readonly [Node, Node]> {
  const server = await relay();
  undo.push(() => server.close());
  const nodes = [makeNode({ relays: [server.url] }), makeNode({ relays: [server.url] })] as const;
  undo.push(() => Promise.all(nodes.map((node) => node.close())));
  await Promise.all(nodes.map((node) => node.open()));
  return nodes;
}

test("frames go both ways through one relay, in order and once", async () => {
  const [a, b] = await pair();
  expect(a.transport.state).toBe("ready");
  const [one, other] = await join(a, b, "relay");
  expect(a.transport.state).toBe("active");
  const came = await sendBothWays(one, other);
  expect(came).toEqual({ atOne: numbered("to a", 1_000), atOther: numbered("to b", 1_000) });
});

test("large frames arrive whole", async () => {
  const [a, b] = await pair();
  const [one, other] = await join(a, b, "relay");
  const got: Uint8Array[] = [];
  const all = new Promise<void>((resolve) => other.read((frame) => got.push(frame) === 200 && resolve()));
  const frame = crypto.getRandomValues(new Uint8Array(one.capabilities.maxFrameBytes));
  for (let index = 0; index < 200; index += 1) if (!one.send(frame)) await one.drained({ signal: never });
  await all;
  expect(got.every((each) => Buffer.compare(each, frame) === 0)).toBe(true);
});

test("a peer is dialled by its id alone", async () => {
  const [a, b] = await pair();
  const other = b.accepted();
  const one = await a.transport.connect({ peer: b.id, addresses: [] }, "relay", { signal: never });
  const texts = collect(await other);
  one.send(new TextEncoder().encode("hello"));
  await texts.until(1);
  expect(texts.texts).toEqual(["hello"]);
});

test("a close is heard by the other side", async () => {
  const [a, b] = await pair();
  const [one, other] = await join(a, b, "relay");
  const texts = collect(other);
  one.send(new TextEncoder().encode("last words"));
  await one.close("enough");
  expect(await other.closed).toEqual({ by: "remote", detail: "enough" });
  expect(await one.closed).toEqual({ by: "local", detail: "enough" });
  expect(texts.texts).toEqual(["last words"]);
  expect(() => one.send(new Uint8Array(1))).toThrow(expect.objectContaining({ code: "CONNECTION_CLOSED" }));
});

test("nodes sight each other by presence", async () => {
  const [a, b] = await pair();
  for await (const sighting of a.transport.discover({ signal: never })) {
    expect(sighting.peer).toBe(b.id);
    expect(sighting.addresses).toEqual(b.transport.addresses());
    break;
  }
});
