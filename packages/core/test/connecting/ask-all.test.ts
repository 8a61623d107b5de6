import {
  createSwarm,
  type DiscoverySource,
  definePlugin,
  identityFromSecret,
  ports,
  replaceRoom,
  use,
} from "@swarm-space/core";
import { expect, test } from "vitest";
import * as z from "zod";

const friend = identityFromSecret(new Uint8Array(32).fill(3)).id;

function sourcePlugin(source: DiscoverySource) {
  return definePlugin({
    id: `test/${source.id}`,
    api: 1,
    config: z.strictObject({}),
    provides: [ports.discoverySource],
    setup: ({ provide }) => provide(ports.discoverySource, source),
  });
}

test("without a plugin all sources are asked always, and the status tells what became of it", async () => {
  const good: DiscoverySource = {
    id: "good",
    async *discover({ signal }) {
      yield { peer: friend, addresses: [{ transport: "none", value: "x" }], source: "good" };
      yield { addresses: [], source: "good" };
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    },
  };
  const bad: DiscoverySource = {
    id: "bad",
    discover: () => {
      throw new Error("it is away");
    },
  };
  await using swarm = await createSwarm({ plugins: [use(sourcePlugin(good)), use(sourcePlugin(bad))], log: "silent" });
  const status = () => swarm.get(ports.discovery).status();
  expect(status().sources.map(({ state }) => state)).toEqual(["waiting", "waiting"]);
  const failed = new Promise<void>((resolve) => swarm.on("discovery:failed", () => resolve()));
  const sighted = new Promise<void>((resolve) => swarm.on("peer:sighted", () => resolve()));
  await swarm.start();
  await Promise.all([failed, sighted]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(status()).toEqual({
    connected: 0,
    sources: [
      { id: "good", state: "asked", why: expect.any(String), found: 1, dropped: new Map([["unusable", 1]]) },
      { id: "bad", state: "waiting", why: "it is away", found: 0, dropped: new Map(), resumesAt: expect.any(Number) },
    ],
  });
});

test("a discovery that fails whole, at once or later, is told of and escapes nowhere", async () => {
  for (const look of [
    () => {
      throw new Error("no eyes");
    },
    () => Promise.reject(new Error("no eyes")),
  ]) {
    const blind = { look, seek: () => {}, status: () => ({ sources: [] }) };
    await using swarm = await createSwarm({
      replace: [replaceRoom(ports.discovery, () => blind as never)],
      log: "silent",
    });
    const failed = new Promise<string>((resolve) => swarm.on("discovery:failed", ({ detail }) => resolve(detail)));
    await swarm.start();
    expect(await failed).toContain("no eyes");
  }
});
