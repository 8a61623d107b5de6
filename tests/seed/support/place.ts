import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BlockchainSync, getBlockchainSync } from "@swarm-space/chain-sync";
import {
  type Channel,
  createSwarm,
  type LogLevel,
  type PeerId,
  type Plugin,
  type PluginUse,
  type Swarm,
  systemClock,
  systemRandom,
} from "@swarm-space/core";
import { openGunRelay } from "@swarm-space/gun-driver/relay";
import { gunMailboxes } from "@swarm-space/gun-driver/road";
import { type HybridOptions, hybridPlugins, type MeetingServers } from "@swarm-space/hybrid";
import { integratedWith } from "@swarm-space/transport-integrated";
import { peerjsWith } from "@swarm-space/transport-peerjs";
import * as z from "zod";
import { DataChannels } from "../../../examples/hybrid-swarm/data-channels.ts";
import { openInfra } from "../../support/infra-here.ts";

/** A Gun relay that can be taken away and put back in its place. */
export interface RelaySwitch {
  readonly url: string;
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** A node of the preset, its chat, and what cuts its data channels. */
export interface HybridNode {
  readonly swarm: Swarm;
  readonly chat: Channel<{ readonly text: string }>;
  /** Texts in the order in which the handler got them, and what brought each. */
  readonly heard: { readonly text: string; readonly by: string }[];
  readonly channels: { readonly integrated: DataChannels; readonly peerjs: DataChannels };
  readonly chain: BlockchainSync;
}

export interface HybridNodeOptions extends HybridOptions {
  /** Nodes of one network meet. */
  readonly network: string;
  readonly plugins?: readonly PluginUse[];
  /** Default "silent". */
  readonly log?: LogLevel;
}

const chatOptions = { name: "chat", schema: z.object({ text: z.string() }) };

/** `swarm-space infra` in this process, on loopback, and the nodes that meet by it. Disposed, all of it ends. */
export class Place implements AsyncDisposable {
  readonly servers: MeetingServers;
  /** Its page of health. */
  readonly healthUrl: string;
  readonly #close: () => Promise<unknown>;
  readonly #nodes: Swarm[] = [];
  readonly #undo: (() => Promise<unknown>)[] = [];

  private constructor(servers: MeetingServers, healthUrl: string, close: () => Promise<unknown>) {
    this.servers = servers;
    this.healthUrl = healthUrl;
    this.#close = close;
  }

  static async open(): Promise<Place> {
    const { told, close } = await openInfra(["--port", "0"]);
    const servers = {
      trackers: [told.tracker.url],
      dhtBootstrap: [told.dht.bootstrap],
      gunRelays: [told.url],
      peerServers: [told.peerServer.url],
      iceServers: [{ urls: told.stun.url }],
    };
    return new Place(servers, told.health.url, close);
  }

  /** Ends what came after the opening: nodes, relays, folders. */
  async clear(): Promise<void> {
    // Together: each waits until its data channels are gone.
    await Promise.all(this.#nodes.splice(0).map((swarm) => swarm.stop()));
    for (const step of this.#undo.splice(0).reverse()) await step();
  }

  /** Runs when all is cleared, last first. */
  onEnd(undo: () => Promise<unknown>): void {
    this.#undo.push(undo);
  }

  /** One more relay. @param peers relays that it is linked to */
  async relay(...peers: readonly string[]): Promise<RelaySwitch> {
    const open = (port: number) =>
      openGunRelay({ clock: systemClock(), random: systemRandom(), port, peers, mailboxes: gunMailboxes() });
    let relay: Awaited<ReturnType<typeof open>> | undefined = await open(0);
    const { port, url } = relay;
    const stop = async () => {
      const running = relay;
      relay = undefined;
      await running?.close();
    };
    this.onEnd(stop);
    return {
      url,
      stop,
      start: async () => {
        relay ??= await open(port);
      },
    };
  }

  /** A node of the preset that meets by this place alone; not started. What it does not keep ends with it. */
  async node({ network, plugins = [], log = "silent", ...o }: HybridNodeOptions): Promise<HybridNode> {
    const channels = { integrated: new DataChannels(), peerjs: new DataChannels() };
    const watched = new Map<string, Plugin>([
      [
        "@swarm-space/transport-integrated",
        integratedWith({ openEngine: (options) => channels.integrated.openEngine(options) }),
      ],
      ["@swarm-space/transport-peerjs", peerjsWith({ openEngine: (options) => channels.peerjs.openEngine(options) })],
    ]);
    const preset = hybridPlugins(this.#localOptions(o));
    const swarm = await createSwarm({
      network,
      log,
      plugins: [
        ...preset.map(({ plugin, options }): PluginUse => ({ plugin: watched.get(plugin.id) ?? plugin, options })),
        ...plugins,
      ],
    });
    this.#nodes.push(swarm);
    const heard: { readonly text: string; readonly by: string }[] = [];
    const chat = swarm.channel(chatOptions);
    chat.onMessage(({ text }, _from, { transport }) => void heard.push({ text, by: transport }));
    return { swarm, chat, heard, channels, chain: getBlockchainSync(swarm) };
  }

  #localOptions({ integrated, gun, peerjs, discovery, ...o }: HybridOptions): HybridOptions {
    const bindAddress = "127.0.0.1";
    const quick = { linkBackoffBaseMs: 20, linkBackoffCapMs: 200, graceMs: 200 };
    return {
      servers: this.servers,
      integrated: integrated === false ? false : { bindAddress, ...quick, ...integrated },
      gun: gun === false ? false : { ...quick, ...gun },
      peerjs: peerjs === false ? false : { bindAddress, ...peerjs },
      discovery: discovery === false ? false : { bootstrap: [], ...discovery },
      chain: { parameters: { leastDifficulty: 1 } },
      ...(o.data === undefined ? { store: false } : {}),
      ...o,
    };
  }

  /** A folder that is gone in the end. */
  async folder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "seed-"));
    this.onEnd(() => rm(folder, { recursive: true, force: true }));
    return folder;
  }

  /** Two of them, started. */
  async pair(o: HybridNodeOptions): Promise<readonly [HybridNode, HybridNode]> {
    const [one, other] = [await this.node(o), await this.node(o)];
    await Promise.all([one.swarm.start(), other.swarm.start()]);
    return [one, other];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.clear();
    await this.#close();
  }
}

/** Resolves when a link on that road opens, as "integrated/direct"; at once where one stands. */
export function untilRoad({ swarm }: HybridNode, ...roads: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    swarm.on("connection:open", ({ transport, road }) => {
      if (roads.includes(`${transport}/${road}`)) resolve();
    });
  });
}

/** Resolves to whom the node met, without having named anybody. */
export function untilMet({ swarm }: HybridNode): Promise<PeerId> {
  return new Promise((resolve) => swarm.on("peer:connect", ({ peer }) => resolve(peer)));
}

/** The roads to the peer, and what each is doing. */
export function roadsTo(from: HybridNode, to: HybridNode): readonly string[] {
  const { ways } = from.swarm.explain(to.swarm.id);
  return ways.map(({ transport, road, state }) => `${transport}/${road} ${state}`);
}

/** Writes letters, one after the other, until they go by that road. Resolves to how many it took. */
export async function talkUntil(from: HybridNode, to: HybridNode, road: string): Promise<number> {
  for (let letters = 1; ; letters += 1) {
    await from.chat.send(to.swarm.id, { text: `by ${road}?` }, { ttlMs: 20_000 });
    if (roadsTo(from, to).includes(`${road} carries`)) return letters;
  }
}
