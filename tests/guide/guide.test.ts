import { type Plugin, type PluginUse, ports, type RoutePolicy, use, type Way } from "@swarm-space/core";
import { memoryPlugin } from "@swarm-space/testkit";
import { expect, test } from "vitest";
import * as z from "zod";
import { heard, Stage } from "../acceptance/stage.ts";
import { guideModule } from "./blocks.ts";

const roads = z.custom<Plugin>((value) => typeof value === "object" && value !== null && "setup" in value);
const discoveryBlock = z.object({
  listDiscovery: z.custom<(fetchList: (signal: AbortSignal) => Promise<readonly string[]>) => Plugin>(
    (value) => typeof value === "function",
  ),
});
const counterBlock = z.object({
  SharedCounter: z.custom<
    new () => { readonly value: number; raise(self: string): Promise<void>; merge(o: object): void }
  >((value) => typeof value === "function"),
  counterPlugin: z.custom<(counter: object) => Plugin>((value) => typeof value === "function"),
});

const quietRoad = (stage: Stage): PluginUse => use(memoryPlugin({ network: stage.network, discovery: false }));

test("the discovery source: whom the list names is met; a list that fails is told, and asked again", async () => {
  const { listDiscovery } = discoveryBlock.parse(await guideModule("A discovery source"));
  await using stage = new Stage("guide-discovery");
  const bob = await stage.node("bob", [quietRoad(stage)]);
  let asked = 0;
  const list = listDiscovery(async () => {
    asked += 1;
    if (asked === 1) throw new Error("the list is away");
    return asked === 2 ? [] : [bob.id];
  });
  const alice = await stage.node("alice", [quietRoad(stage), { plugin: list, options: { transport: "memory" } }]);
  const failed = heard(alice, "discovery:failed");
  await stage.start();
  await stage.eventually(() => alice.peers().some(({ id }) => id === bob.id), "they met", 300_000);
  expect(failed).toMatchObject([{ source: "list" }]);
  expect(asked).toBe(3);
});

test("the sync channel: a counter that three nodes raise is the same at all, whatever the order", async () => {
  const { SharedCounter, counterPlugin } = counterBlock.parse(await guideModule("A sync channel"));
  await using stage = new Stage("guide-counter");
  const counters = [new SharedCounter(), new SharedCounter(), new SharedCounter()];
  const nodes = await Promise.all(
    counters.map((counter, at) =>
      stage.node(`node-${at}`, [
        use(memoryPlugin({ network: stage.network })),
        { plugin: counterPlugin(counter), options: {} },
      ]),
    ),
  );
  await stage.start();
  await stage.eventually(() => nodes.every((node) => node.peers().length === 2), "all met");
  await stage.until(
    Promise.all(nodes.flatMap((node, at) => [counters[at]?.raise(node.id), counters[at]?.raise(node.id)])),
  );
  await stage.eventually(() => counters.every(({ value }) => value === 6), "all count six");
  counters[0]?.merge({ [nodes[1]?.id ?? ""]: 1 });
  expect(counters.map(({ value }) => value)).toEqual([6, 6, 6]);
});

test("the routing policy: direct ways come first, in a node that has it", async () => {
  const plugin = roads.parse((await guideModule("A routing policy"))["default"]);
  await using stage = new Stage("guide-routes");
  const node = await stage.node("node", [quietRoad(stage), { plugin, options: {} }]);
  const policy: RoutePolicy = node.get(ports.routes);
  const way = (road: string, direct: boolean): Way => ({
    peer: node.id,
    transport: "memory",
    road,
    connected: false,
    capabilities: { direct, maxFrameBytes: 1_024, latencyClassMs: 1 },
  });
  const ways = [way("relay-a", false), way("direct", true), way("relay-b", false)];
  expect(policy.rank(ways, node.id).map(({ road }) => road)).toEqual(["direct", "relay-a", "relay-b"]);
});
