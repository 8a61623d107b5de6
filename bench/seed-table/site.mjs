/** The servers and nodes of one way: each server can go away and come back where it was, and what stands by it can be cut. */
import { join } from "node:path";
import { createSwarm } from "@swarm-space/core";
import { openIdentityFile } from "@swarm-space/core/node";
import { hybridPlugins } from "@swarm-space/hybrid";
import { integratedWith } from "@swarm-space/transport-integrated";
import { peerjsWith } from "@swarm-space/transport-peerjs";
import * as z from "zod";
import { DataChannels } from "../../examples/hybrid-swarm/data-channels.ts";
import { openInfra } from "../../tests/support/infra-here.ts";
import { CutProxy } from "../support/cut-proxy.mjs";

const chat = { name: "chat", schema: z.object({ text: z.string() }) };

/** `swarm-space infra` in this process: a Gun relay that keeps letters in a folder, and a PeerServer. */
class Infra {
  #folder;
  #ports;
  #running;

  constructor(folder) {
    this.#folder = folder;
  }

  async start() {
    if (this.#running !== undefined) return;
    const ports = this.#ports
      ? ["--port", `${this.#ports.relay}`, "--peer-port", `${this.#ports.peer}`]
      : ["--port", "0"];
    const without = ["stun", "tracker", "dht", "health"].map((service) => `--no-${service}`);
    this.#running = openInfra([...ports, "--data", this.#folder, ...without]);
    const { port, peerServer } = (await this.#running).told;
    this.#ports = { relay: port, peer: peerServer.port };
  }

  async stop() {
    const running = await this.#running;
    this.#running = undefined;
    await running?.close();
  }

  get ports() {
    return this.#ports;
  }
}

/** @param claim the way that is there alone @param folder what is kept */
export async function openSite(claim, folder) {
  const infras = [new Infra(join(folder, "infra-0")), new Infra(join(folder, "infra-1"))];
  const proxies = [];
  const gunRelays = [];
  for (const infra of infras) {
    await infra.start();
    const proxy = new CutProxy();
    gunRelays.push(`http://127.0.0.1:${await proxy.open(infra.ports.relay)}/gun`);
    proxies.push(proxy);
  }
  const peerServers = infras.map(({ ports }) => `http://127.0.0.1:${ports.peer}/`);
  const servers = { trackers: [], dhtBootstrap: [], iceServers: [], gunRelays, peerServers };
  const alive = new Set();
  const local = (o) => (o === undefined || o === false ? false : { bindAddress: "127.0.0.1", ...o });
  const { integrated, peerjs, gun } = claim.options;

  /** A node with what it kept under that name; not started. Its letters go to `heard`. */
  async function node(network, name, heard = []) {
    const data = join(folder, network, name);
    const channels = [new DataChannels(), new DataChannels()];
    const watched = {
      "@swarm-space/transport-integrated": integratedWith({ openEngine: (o) => channels[0].openEngine(o) }),
      "@swarm-space/transport-peerjs": peerjsWith({ openEngine: (o) => channels[1].openEngine(o) }),
    };
    const o = { data, servers, integrated: local(integrated), gun, peerjs: local(peerjs), chain: false };
    const plugins = hybridPlugins({ ...o, discovery: { bootstrap: [] } });
    const swarm = await createSwarm({
      network,
      log: "silent",
      identity: await openIdentityFile(join(data, "identity.key")),
      plugins: plugins.map(({ plugin, options }) => ({ plugin: watched[plugin.id] ?? plugin, options })),
    });
    const lane = swarm.channel(chat);
    lane.onMessage(({ text }) => void heard.push(text));
    const made = { swarm, lane, heard, channels, stop: () => swarm.stop() };
    alive.add(made);
    return made;
  }

  return {
    node,
    /** Both servers, or the first alone. */
    stop: (count = infras.length) => Promise.all(infras.slice(0, count).map((infra) => infra.stop())),
    start: () => Promise.all(infras.map((infra) => infra.start())),
    /** What stands ends; what comes after stands. */
    cut() {
      for (const proxy of proxies) proxy.cut();
      for (const each of [...alive].flatMap(({ channels }) => channels)) {
        each.cut();
        each.heal();
      }
    },
    /** Ends the nodes of a scene. */
    async clear() {
      await Promise.all([...alive].map((each) => each.stop()));
      alive.clear();
    },
    async close() {
      await this.clear();
      for (const proxy of proxies) await proxy.close();
      await this.stop();
    },
  };
}
