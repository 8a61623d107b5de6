import type { Sighting } from "@swarm-space/core";
import { afterEach, expect, test } from "vitest";
import { never } from "../../../tests/support/transport-ends.ts";
import { makeNode, type Node, type StockServer, stockServer } from "./nodes.ts";

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function stage(count: number, options: { allow_discovery?: boolean; network?: string } = {}) {
  const server = await stockServer(options);
  undo.push(() => server.close());
  const nodes = Array.from({ length: count }, (_, at) =>
    makeNode({ servers: [server.url] }, undefined, at === count - 1 ? options.network : undefined),
  );
  undo.push(() => Promise.all(nodes.map((node) => node.close())));
  await Promise.all(nodes.map((node) => node.open()));
  return { server, nodes };
}

/** The first sighting that fits. */
async function sees(node: Node, fits: (sighting: Sighting) => boolean): Promise<Sighting> {
  for await (const sighting of node.transport.discover({ signal: never })) if (fits(sighting)) return sighting;
  throw new Error("the look ended");
}

/** Takes what is sighted, dials it, and says by which PeerJS ids somebody came in. */
async function meets({ transport }: Node, other: Node): Promise<void> {
  const came = other.accepted();
  for await (const { addresses } of transport.discover({ signal: never })) {
    await transport.connect({ addresses }, "direct", { signal: never }).catch(() => undefined);
    break;
  }
  await came;
}

const slots = ({ seen }: StockServer, nodes: readonly Node[]) =>
  seen.filter((id) => nodes.every((node) => node.id !== id));

test("a server that shows its list: peers are sighted by their ids, with their addresses", async () => {
  const { nodes } = await stage(2, { allow_discovery: true });
  const [a, b] = nodes;
  if (!a || !b) throw new Error("two");
  const sighting = await sees(a, ({ peer }) => peer === b.id);
  expect(sighting).toEqual({ peer: b.id, addresses: b.transport.addresses(), source: "peerjs" });
});

test("an unmodified server, with its list off: each takes a rendezvous id, and dials the other's", async () => {
  const { nodes, server } = await stage(2);
  const [a, b] = nodes;
  if (!a || !b) throw new Error("two");
  await Promise.race([meets(a, b), meets(b, a)]);
  await expect.poll(() => new Set(slots(server, nodes)).size).toBe(2);
});

test("another network meets elsewhere", async () => {
  const { nodes, server } = await stage(2, { network: "another" });
  await expect.poll(() => new Set(slots(server, nodes)).size).toBe(2);
  const ids = slots(server, nodes);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[a-z2-7]{32}$/);
});
