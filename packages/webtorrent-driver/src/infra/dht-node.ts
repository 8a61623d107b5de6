import type { Random } from "@swarm-space/core";
import { hexOf } from "@swarm-space/core/medium";
import { guardedSocket } from "../dht/guarded-socket.ts";

export interface DhtNodeOptions {
  readonly random: Random;
  /** Default 6881; 0 takes a free one. */
  readonly port?: number;
  /** An IPv4 address; default "127.0.0.1". */
  readonly host?: string;
  /** Other nodes to join, as "host:port". Default: none, it is where a private DHT begins. */
  readonly bootstrap?: readonly string[];
  /** Whether a packet from there is read. Default: each. */
  admits?(host: string): boolean;
}

export interface DhtNodeStats {
  /** Nodes in its table. */
  readonly nodes: number;
  /** Announcements that it took. */
  readonly announced: number;
  /** Packets that are none of a DHT, or that `admits` turned away. */
  readonly dropped: number;
}

/** A running DHT node. */
export interface RunningDhtNode {
  readonly host: string;
  readonly port: number;
  /** It listens. */
  readonly isUp: boolean;
  stats(): DhtNodeStats;
  /** Twice is harmless. */
  close(): Promise<void>;
}

/** Kept for others: at most this many, each for half an hour (as BEP 5 nodes do). */
const maxPeers = 10_000;
const peerMs = 1_800_000;

/** A node by which others enter the BitTorrent DHT (BEP 5). It keeps no values (BEP 44). Rejects when its port cannot be had. */
export async function openDhtNode(o: DhtNodeOptions): Promise<RunningDhtNode> {
  const { Client } = await import("bittorrent-dht");
  const { host = "127.0.0.1", port: asked = 6_881, admits } = o;
  const counts = { announced: 0, dropped: 0 };
  const drop = () => {
    counts.dropped += 1;
  };
  const admit = (from: string): boolean => {
    const isAdmitted = admits?.(from) ?? true;
    if (!isAdmitted) drop();
    return isAdmitted;
  };
  const socket = guardedSocket({ admits: admit, refused: drop });
  let isOpen = true;
  socket.once("close", () => {
    isOpen = false;
  });
  const dht = new Client({
    bootstrap: o.bootstrap?.length ? o.bootstrap : false,
    socket,
    nodeId: hexOf(o.random.bytes(20)),
    maxPeers,
    maxValues: 1,
    maxAge: peerMs,
  });
  dht.on("warning", () => undefined);
  dht.on("announce", () => {
    counts.announced += 1;
  });
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= new Promise((resolve) => dht.destroy(resolve));
    return closing;
  };
  try {
    await new Promise<void>((resolve, reject) => {
      dht.on("error", reject);
      dht.once("listening", resolve);
      dht.listen(asked, host);
    });
  } catch (error) {
    await close();
    throw error;
  }
  const { port } = dht.address();
  return {
    host,
    port,
    close,
    get isUp() {
      return isOpen;
    },
    stats: () => ({ nodes: dht.nodes.count(), ...counts }),
  };
}
