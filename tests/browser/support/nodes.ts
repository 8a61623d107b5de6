import {
  createSwarm,
  type PeerId,
  type Swarm,
  type SwarmEvents,
  systemClock,
  systemRandom,
  use,
} from "@swarm-space/core";
import { type GunRelay, openGunRelay } from "@swarm-space/gun-driver/relay";
import gun from "@swarm-space/transport-gun";
import peerjs from "@swarm-space/transport-peerjs";
import * as z from "zod";
import { forkStockServer, type ServerProcess } from "../../support/stock-peer-server.ts";
import type { Counts, PageNodeOptions } from "../pages/node-page.ts";
import type { Stage } from "./in-chromium.ts";

/** A relay for one test. */
export async function openRelay(stage: Stage, port = 0): Promise<GunRelay> {
  const relay = await openGunRelay({ port, host: "127.0.0.1", clock: systemClock(), random: systemRandom() });
  stage.onEnd(() => relay.close());
  return relay;
}

/** An unmodified PeerServer for one test, in a process of its own. */
export async function openPeerServer(stage: Stage, port = 0): Promise<ServerProcess> {
  const server = await forkStockServer(port);
  stage.onEnd(() => server.kill());
  return server;
}

/** What a word's letters say, in order. */
export function numbered(word: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => `${word} ${at}`);
}

/** A node in this process. */
export interface OwnNode {
  readonly id: PeerId;
  readonly swarm: Swarm;
  readonly texts: readonly string[];
  readonly opened: readonly SwarmEvents["connection:open"][];
  /** @param whenConnected waits for the peer to come */
  sendMany(to: PeerId, word: string, count: number, whenConnected?: boolean): Promise<Counts>;
  broadcast(text: string): Promise<unknown>;
  /** Resolves when so many letters have come. */
  until(count: number): Promise<void>;
}

export type OwnNodeOptions = Pick<PageNodeOptions, "relays" | "peerServers" | "network" | "announce">;

export async function startNode(stage: Stage, o: OwnNodeOptions): Promise<OwnNode> {
  const presence = { announce: o.announce ?? true };
  const { peerServers } = o;
  const swarm = await createSwarm({
    network: o.network,
    log: "silent",
    plugins: [
      ...(o.relays === undefined ? [] : [use(gun, { relays: [...o.relays], presence })]),
      ...(peerServers === undefined
        ? []
        : [use(peerjs, { servers: [...peerServers], rendezvous: { slots: 0 }, listPeers: false })]),
    ],
  });
  stage.onEnd(() => swarm.stop());
  const texts: string[] = [];
  const waits = new Set<() => void>();
  const opened: SwarmEvents["connection:open"][] = [];
  swarm.on("connection:open", (detail) => void opened.push(detail));
  const chat = swarm.channel({ name: "chat", schema: z.object({ text: z.string() }) });
  chat.onMessage(({ text }) => {
    texts.push(text);
    for (const look of waits) look();
  });
  await swarm.start();
  return {
    id: swarm.id,
    swarm,
    texts,
    opened,
    async sendMany(to, word, count, whenConnected = false) {
      if (whenConnected)
        await new Promise<void>((resolve) => {
          swarm.on("peer:connect", ({ peer }) => peer === to && resolve());
        });
      const sent = await Promise.allSettled(
        numbered(word, count).map((text) => chat.send(to, { text }, { ttlMs: 60_000 })),
      );
      const confirmed = sent.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
      const failed = sent.flatMap((each) => (each.status === "rejected" ? [String(each.reason?.code)] : []));
      return { confirmed: confirmed.length, failed, transports: [...new Set(confirmed.map((each) => each.transport))] };
    },
    broadcast: (text) => chat.broadcast({ text }),
    until: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (texts.length < count) return;
          waits.delete(look);
          resolve();
        };
        waits.add(look);
        look();
      }),
  };
}
