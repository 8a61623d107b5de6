import { createSwarm, type PluginUse, ports, SwarmError, use } from "@swarm-space/core";
import discovery from "@swarm-space/discovery";
import { memoryPlugin } from "@swarm-space/testkit";
import integrated from "@swarm-space/transport-integrated";
import { expect, test } from "vitest";
import { outcome, reaches, Stage } from "../acceptance/stage.ts";

async function refusalOf(plugin: PluginUse): Promise<string> {
  const refused = await outcome(createSwarm({ plugins: [plugin], log: "silent" }));
  if (!("error" in refused && SwarmError.is(refused.error, "CONFIG_INVALID"))) throw new Error("it was not refused");
  return refused.error.message;
}

test("a bootstrap list with what is no address: each entry is named by its path, and nothing starts", async () => {
  const wrong = ["", "x".repeat(1_025), { transport: "gun" }, { transport: "", value: "x" }, 7, null];
  // @ts-expect-error: what is in a file may be anything
  const told = await refusalOf(use(discovery, { bootstrap: ["peer-1", ...wrong] }));
  for (const at of wrong.keys()) expect(told).toContain(`plugins[0].with.bootstrap[${at + 1}]`);
  expect(told).not.toContain("with.bootstrap[0]");
});

test("DHT nodes that are none: each is named by its path", async () => {
  const wrong = [
    "router.example",
    "http://router.example:6881",
    "router.example:0",
    "router.example:99999",
    "a b:1",
    ":6881",
  ];
  const told = await refusalOf(use(integrated, { dht: { bootstrap: ["127.0.0.1:6881", ...wrong] } }));
  for (const at of wrong.keys()) expect(told).toContain(`plugins[0].with.dht.bootstrap[${at + 1}]`);
  expect(told).not.toContain("dht.bootstrap[0]");
});

test("a bootstrap list of sound addresses that are nonsense: dropped with a reason, counted, and the others are met", async () => {
  await using stage = new Stage();
  const road = () => use(memoryPlugin({ network: stage.network }));
  const bootstrap = [
    "nobody-is-there",
    "__proto__",
    { transport: "carrier-pigeon", value: "the loft" },
    { transport: "memory", value: "no peer's id" },
    { transport: "memory", value: "\u0000\ud800" },
  ];
  const alice = await stage.node("alice", [use(discovery, { bootstrap, enough: 1 }), road()]);
  const bob = await stage.node("bob", [road()]);
  await stage.start();
  await stage.eventually(() => reaches(alice, bob, "memory"), "they meet by the next source");
  const [told] = alice.get(ports.discovery).status().sources;
  expect(told).toMatchObject({ id: "bootstrap", found: 2 });
  expect(told?.dropped).toEqual(new Map([["no transport", 3]]));
});
