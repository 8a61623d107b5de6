import type { Clock, Random } from "@swarm-space/core";
import { openGunRelay } from "@swarm-space/gun-driver/relay";
import { activeResources, LifeClock } from "@swarm-space/testkit";
import { gunMailboxes } from "@swarm-space/transport-gun";
import { layCable } from "./cable.ts";

/** A real Gun relay on a socket of its own, and cables to it. A page's is the command's. */
export interface RelayServer {
  readonly url: string;
  /** Ports of the cables, laid beforehand, so that making a node opens nothing. */
  readonly cables: readonly number[];
  /** Cuts a cable without a word. Twice is harmless. */
  cut(cable: number): Promise<void>;
  /** The relay goes away, and all that it keeps. */
  stop(): Promise<void>;
  /** It is there again, empty, at the same port. */
  start(): Promise<void>;
  /** What keeps this process busy, without the relay's timers: it is no part of what is tried. */
  held(): ReadonlyMap<string, number>;
  close(): Promise<void>;
}

/** A relay of this process. */
export interface LocalRelay extends RelayServer {
  /** Letters that it keeps. */
  letters(): number;
}

export type OpenRelay = (clock: Clock, random: Random) => Promise<RelayServer>;

const cableCount = 10;

export async function openRelayServer(clock: Clock, random: Random): Promise<LocalRelay> {
  const relayClock = new LifeClock(clock);
  const open = (port: number) => openGunRelay({ clock: relayClock, random, port, mailboxes: gunMailboxes() });
  let relay = await open(0);
  const { port, url } = relay;
  const cables = new Map(
    (await Promise.all(Array.from({ length: cableCount }, () => layCable(port)))).map((cable) => [cable.port, cable]),
  );
  return {
    url,
    cables: [...cables.keys()],
    cut: async (cable) => cables.get(cable)?.cut(),
    stop: () => relay.close(),
    async start() {
      relay = await open(port);
    },
    held() {
      const counts = new Map(activeResources());
      counts.set("Timeout", (counts.get("Timeout") ?? 0) - relayClock.pending);
      return counts;
    },
    letters: () => relay.stats().letters,
    async close() {
      for (const cable of cables.values()) await cable.cut();
      await relay.close();
    },
  };
}
