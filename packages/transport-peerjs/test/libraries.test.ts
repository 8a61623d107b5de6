import { expect, test, vi } from "vitest";
import { codeOf, never, peerId } from "../../../tests/support/transport-ends.ts";
import { makeNode, stockServer } from "./nodes.ts";

vi.mock("../src/generated/peerjs-factory.ts", () => ({
  makePeerjs: () => {
    throw new Error("a stub");
  },
}));

test("PeerJS registers and negotiates: with a stub that throws no server is met, nobody is dialled, and that is told", async () => {
  const server = await stockServer();
  const node = makeNode({ servers: [server.url], openTimeoutMs: 100 });
  await node.open();
  expect([node.transport.state, node.transport.addresses(), server.seen]).toEqual(["error", [], []]);
  expect(node.transport.lastError).toContain(`No socket to ${server.url}`);
  const dial = node.transport.connect({ peer: peerId(), addresses: [] }, "direct", { signal: never });
  expect(await codeOf(dial)).toBe("TRANSPORT_UNAVAILABLE");
  await node.close();
  await server.close();
});
