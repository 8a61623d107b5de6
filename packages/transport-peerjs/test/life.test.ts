import { use } from "@swarm-space/core";
import { expect, test } from "vitest";
import { join, openAndCloseAgain, openCalledOff } from "../../../tests/support/transport-ends.ts";
import peerjs, { peerjsConfig } from "../src/index.ts";
import { makeNode, stockServer } from "./nodes.ts";

test("it can be opened and closed again and again; nothing is left, and no global was touched", async () => {
  const shown = () => JSON.stringify(Object.entries(Object.getOwnPropertyDescriptors(globalThis)).map(describeOwn));
  const before = shown();
  const server = await stockServer();
  const [a, b] = [makeNode({ servers: [server.url] }), makeNode({ servers: [server.url] })];
  await openAndCloseAgain(a, b, "direct", async (one, other) => {
    expect([a.transport.state, b.transport.state]).toEqual(["idle", "idle"]);
    expect([(await one.closed).by, (await other.closed).by].sort()).toContain("local");
    expect(a.transport.addresses()).toEqual([]);
  });
  await expect.poll(() => server.connections).toBe(0);
  await server.close();
  expect(shown()).toBe(before);
});

test("opening that is called off leaves nothing", async () => {
  const node = makeNode({ servers: ["http://127.0.0.1:9/"], openTimeoutMs: 60_000 });
  const { opening, reason } = openCalledOff(node.transport);
  // Where no server is, the first dial may be over before.
  await opening.catch((error) => expect(error).toBe(reason));
  await node.close();
  expect(node.transport.state).toBe("idle");
});

test("two instances of one identity have two ids, and both can be dialled", async () => {
  const server = await stockServer();
  const first = makeNode({ servers: [server.url] });
  const second = makeNode({ servers: [server.url] }, first.id);
  const other = makeNode({ servers: [server.url] });
  for (const node of [first, second, other]) await node.open();
  const [one] = first.transport.addresses();
  const [two] = second.transport.addresses();
  expect(one?.value).toBe(first.id);
  expect(two?.value).toMatch(new RegExp(`^${first.id}-[a-z2-7]{8}$`));
  for (const node of [first, second]) await join(other, node, "direct");
  for (const node of [first, second, other]) await node.close();
  await server.close();
});

test("options: defaults work, and each mistake is refused with its path", () => {
  expect(peerjsConfig.parse({})).toMatchObject({ servers: [], key: "peerjs", rendezvous: { slots: 4 } });
  expect(use(peerjs, { servers: ["https://peers.example/app"] }).plugin.id).toBe("@swarm-space/transport-peerjs");
  const bad = peerjsConfig.safeParse({ servers: ["ftp://x", "http://a@b/"], key: "&", probeMs: 1, unknown: 1 });
  const paths = bad.error?.issues.map((issue) => issue.path.join(".")).sort();
  expect(paths).toEqual(["", "key", "probeMs", "servers.0", "servers.1"]);
});

function describeOwn([name, { value, ...descriptor }]: [string, PropertyDescriptor]) {
  return [name, typeof value, { ...descriptor, get: typeof descriptor.get, set: typeof descriptor.set }];
}
