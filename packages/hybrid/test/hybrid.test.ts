import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getBlockchainSync } from "@swarm-space/chain-sync";
import { checkPluginUses, createSwarm, definePlugin, ports, SwarmError, use } from "@swarm-space/core";
import { getConnectionResilience } from "@swarm-space/resilience";
import { activeResources, leakedSince } from "@swarm-space/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { createHybridSwarm, type HybridOptions, hybridPlugins, publicServers } from "../src/index.ts";
import { ownPlace as pagePlace } from "../src/own-place/page.ts";

let data = "";
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "swarm-space-hybrid-"));
});
afterEach(() => rm(data, { recursive: true, force: true }));

const seedPlugins = [
  "transport-integrated",
  "transport-gun",
  "transport-peerjs",
  "discovery",
  "resilience",
  "chain-sync",
];
const named = (names: readonly string[]) => names.map((name) => `@swarm-space/${name}`);

function optionsOf(id: string, o: HybridOptions = {}): unknown {
  return hybridPlugins(o).find(({ plugin }) => plugin.id === `@swarm-space/${id}`)?.options;
}

describe("the default configuration", () => {
  test("is assembled and checked; nothing is opened, and nobody is asked", async () => {
    const before = activeResources();
    await using swarm = await createHybridSwarm({ data });
    const transports = swarm.get(ports.transport).map(({ id, state }) => `${id} ${state}`);
    expect(transports.sort()).toEqual(["gun idle", "integrated idle", "peerjs idle"]);
    expect(swarm.getTransportStatus().primary).toBe("integrated");
    expect(swarm.get(ports.store).durable).toBe(true);
    const scores = [...swarm.getTransportStatus().health].map(([id, { reliability }]) => [id, reliability]);
    expect(Object.fromEntries(scores)).toEqual({ integrated: 1, gun: 0.8, peerjs: 0.6 });
    expect(getConnectionResilience(swarm).getStats().totalBreakers).toBe(0);
    expect(getBlockchainSync(swarm).getStats()).toMatchObject({ state: "closed", isKept: true, height: 0 });
    expect([...(await leakedSince(before))]).toEqual([]);
  });

  test("is a plain list: integrated, gun, peerjs, the cascade, resilience, the chain, the platform's store", () => {
    expect(hybridPlugins().map(({ plugin }) => plugin.id)).toEqual(named([...seedPlugins, "store-level"]));
    expect(pagePlace.store("x").plugin.id).toBe("@swarm-space/store-idb");
  });

  test("keeps the seed's numbers", () => {
    const plugins = checkPluginUses(hybridPlugins());
    const settings = new Map(plugins.map(({ plugin, options }) => [plugin.id, options]));
    expect(settings.get("@swarm-space/resilience")).toMatchObject({
      failureThreshold: 5,
      openStateTimeout: 60_000,
      halfOpenSuccessThreshold: 3,
      maxBackoffMs: 300_000,
      baseBackoffMs: 1_000,
      reliability: { integrated: 1, gun: 0.8, peerjs: 0.6 },
    });
    expect(settings.get("@swarm-space/discovery")).toMatchObject({
      order: ["bootstrap", "webtorrent", "gun", "peerjs"],
      bootstrap: ["peer-c99d22420d76-mhjpqwnr-9n02yin", "peer-fc6ea1c770f8-mhjpq7fc-trrbbig"],
    });
  });
});

describe("the public servers", () => {
  test("are reached by TLS alone, as far as the protocol knows it", () => {
    const { trackers, gunRelays, peerServers, iceServers, dhtBootstrap } = publicServers;
    for (const url of trackers) expect(url).toMatch(/^wss:/);
    for (const url of [...gunRelays, ...peerServers]) expect(url).toMatch(/^https:/);
    for (const { urls } of iceServers) expect(urls).toMatch(/^stun:/);
    for (const list of [trackers, gunRelays, peerServers, iceServers, dhtBootstrap]) expect(list).not.toEqual([]);
  });

  test("stand in the docs, each of them", async () => {
    const page = await readFile(new URL("../../../docs/infrastructure.md", import.meta.url), "utf8");
    const all = Object.values(publicServers)
      .flat()
      .map((server) => (typeof server === "string" ? server : server.urls));
    expect(all.filter((server) => !page.includes(`\`${server}\``))).toEqual([]);
  });

  test("give way to one's own, list by list", () => {
    const servers = { gunRelays: ["http://127.0.0.1:8765/gun"], trackers: [] };
    expect(optionsOf("transport-gun", { servers })).toEqual({ relays: servers.gunRelays });
    expect(optionsOf("transport-integrated", { servers })).toMatchObject({
      ...servers,
      dht: { bootstrap: publicServers.dhtBootstrap },
    });
    expect(optionsOf("transport-peerjs", { servers })).toMatchObject({ servers: publicServers.peerServers });
  });
});

describe("the default chain", () => {
  /** The id of the genesis: nodes of one id are of one chain. */
  const genesisOf = async (o: Parameters<typeof createHybridSwarm>[0]) => {
    await using swarm = await createHybridSwarm({ store: false, ...o });
    return getBlockchainSync(swarm).getStats().tip;
  };

  test("is the network's: the same for all its nodes, another for another network or other parameters", async () => {
    const usual = await genesisOf({});
    expect(await genesisOf({ network: "swarm-space" })).toBe(usual);
    expect(await genesisOf({ network: "my-app" })).not.toBe(usual);
    expect(await genesisOf({ chain: { parameters: { leastDifficulty: 1_024 } } })).not.toBe(usual);
    expect(await genesisOf({ chain: { interval: 60_000 } })).toBe(usual);
  });

  test("has the seed's beat, proof of work, and the chain of most work", () => {
    const settings = checkPluginUses(hybridPlugins()).find(({ plugin }) => plugin.id === "@swarm-space/chain-sync");
    expect(settings?.options).toMatchObject({
      interval: 120_000,
      parameters: { consensus: "pow-sha256", forkChoice: "longest-valid", poolTaxPercent: 5 },
    });
  });

  test("wants a network's name without spaces, and says so with the two ways out", async () => {
    await expect(createHybridSwarm({ store: false, network: "my app" })).rejects.toMatchObject({
      code: "PLUGIN_SETUP_FAILED",
      message: expect.stringMatching(/chain-sync .*network: "my app" cannot .*without spaces, or leave the chain out/),
    });
    await using swarm = await createHybridSwarm({ store: false, network: "my app", chain: false });
    expect(swarm.peers()).toEqual([]);
  });

  test("is left out by false", async () => {
    await using swarm = await createHybridSwarm({ store: false, chain: false });
    expect(() => getBlockchainSync(swarm)).toThrow(expect.objectContaining({ code: "CHAIN_NOT_INSTALLED" }));
  });
});

describe("a user's own", () => {
  test("options are laid over, false leaves a plugin out", () => {
    const list = hybridPlugins({
      gun: false,
      integrated: { roads: ["relay"], dht: { port: 7 } },
      peerjs: false,
      store: false,
    });
    expect(list.map(({ plugin }) => plugin.id)).toEqual(
      named(["transport-integrated", "discovery", "resilience", "chain-sync"]),
    );
    expect(list[0]?.options).toMatchObject({
      roads: ["relay"],
      gunRelays: publicServers.gunRelays,
      dht: { port: 7, bootstrap: publicServers.dhtBootstrap },
    });
  });

  test("plugins come beside the preset's", async () => {
    const greeting = definePlugin({ id: "test/more", api: 1, config: z.strictObject({}), setup: () => ({}) });
    await using swarm = await createHybridSwarm({ data, plugins: [use(greeting)] });
    expect(swarm.get(ports.transport)).toHaveLength(3);
    await using plain = await createSwarm({ plugins: [...hybridPlugins({ store: false }), use(greeting)] });
    expect(plain.get(ports.transport)).toHaveLength(3);
  });

  test("mistake is refused at the door, with its path", async () => {
    const making = createHybridSwarm({ data, gun: { relays: ["nonsense"] } });
    const error = await making.catch((thrown: unknown) => thrown);
    expect(SwarmError.is(error) && error.code).toBe("CONFIG_INVALID");
    expect(String(error)).toContain("relays[0]");
  });

  test("identity is kept beside the store; without a store it is new each time; a given one stays", async () => {
    const idOf = async (o: Parameters<typeof createHybridSwarm>[0]) => {
      await using swarm = await createHybridSwarm(o);
      return swarm.id;
    };
    const first = await idOf({ data });
    expect(await idOf({ data })).toBe(first);
    expect(await idOf({ store: false })).not.toBe(await idOf({ store: false }));
    const { openIdentityFile } = await import("@swarm-space/core/node");
    const identity = await openIdentityFile(join(data, "other.key"));
    expect(await idOf({ data: join(data, "unused"), identity })).toBe(identity.id);
  });
});
