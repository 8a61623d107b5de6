import { type Connection, createSwarm, type Swarm, type Target, use } from "@swarm-space/core";
import { afterEach, expect, test } from "vitest";
import { sightings } from "../../../tests/support/sightings.ts";
import { never } from "../../../tests/support/transport-ends.ts";
import peerjs from "../src/index.ts";
import { makeNode, type StockServer, stockServer } from "./nodes.ts";
import { openStranger } from "./stranger.ts";

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function server(): Promise<StockServer> {
  const made = await stockServer();
  undo.push(() => made.close());
  return made;
}

/** A whole node that is told where others are. */
async function node(url: string, ...targets: readonly Target[]): Promise<Swarm> {
  const options = { servers: [url], bindAddress: "127.0.0.1", rendezvous: { slots: 0 } };
  const swarm = await createSwarm({ plugins: [use(peerjs, options), sightings(...targets)] });
  undo.push(() => swarm.stop());
  await swarm.start();
  return swarm;
}

function failure(swarm: Swarm): Promise<{ readonly code: string; readonly transport: string }> {
  return new Promise((resolve) => swarm.on("dial:failed", resolve));
}

test("one who sits between two with its own fingerprints is found out by the handshake", async () => {
  const { url } = await server();
  const b = await node(url);
  const middle = makeNode({ servers: [url], rendezvous: { slots: 0 } });
  undo.push(() => middle.close());
  const pass = async (near: Connection) => {
    const far = await middle.transport.connect({ peer: b.id, addresses: [] }, "direct", { signal: never });
    near.read((frame) => void far.send(frame));
    far.read((frame) => void near.send(frame));
  };
  await middle.transport.open((near) => void pass(near), { signal: never });
  const address = { transport: "peerjs", value: middle.id, rendezvous: url };
  const a = await node(url, { peer: b.id, addresses: [address] });
  expect(await failure(a)).toMatchObject({
    transport: "peerjs",
    code: "HANDSHAKE_FAILED",
    detail: expect.stringContaining("another binding"),
  });
  expect([...a.peers(), ...b.peers()]).toEqual([]);
});

test("the old app's peer, dialled by its address, is LEGACY_PEER once it speaks", async () => {
  const { url } = await server();
  const id = "peer-c99d22420d76-mhjpqwnr-9n02yin";
  await oldPeer(url, id);
  const a = await node(url, { addresses: [{ transport: "peerjs", value: id, rendezvous: url }] });
  expect(await failure(a)).toMatchObject({ transport: "peerjs", code: "LEGACY_PEER" });
});

/** It takes any data connection, and says in bytes what nobody of ours understands. */
async function oldPeer(url: string, id: string): Promise<void> {
  const { close } = await openStranger(url, {
    id,
    makeSocket: (where) => new WebSocket(where),
    onChannel: (_link, channel) => {
      channel.addEventListener("message", () => channel.send(new TextEncoder().encode('{"type":"hello"}')));
    },
  });
  undo.push(close);
}
