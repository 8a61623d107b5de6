import { once } from "node:events";
import {
  type Clock,
  type DiscoverySource,
  type Mailbox,
  type PeerId,
  ports,
  systemClock,
  systemRandom,
  type Transport,
} from "@swarm-space/core";
import { createGunClient, type GunClient } from "@swarm-space/gun-driver";
import { dialNode, type GunRelayOptions, openGunRelay } from "@swarm-space/gun-driver/relay";
import { activeResources, LifeClock } from "@swarm-space/testkit";
import gun, { gunMailboxes } from "@swarm-space/transport-gun";
import { WebSocket } from "ws";
import { type Cable, layCable } from "./cable.ts";
import { newPeer, wirePlugin } from "./wired-plugin.ts";

/** The Gun plugin of one node. */
export interface GunNode {
  readonly peer: PeerId;
  readonly transport: Transport;
  readonly mailbox: Mailbox;
  readonly discovery: DiscoverySource;
}

/** A real relay, on a socket of its own, and plugins that dial it. */
export interface GunPlace {
  makeNode(peer?: PeerId): GunNode;
  newPeer(): PeerId;
  /** What keeps the process busy, without the relay's timers: it is no part of what is tried. */
  held(): ReadonlyMap<string, number>;
  /** Letters that the relay keeps. */
  letters(): number;
  /** Cuts a node off without a word. Nodes beyond the first ten hang on no cable. */
  cutOff(node: { readonly transport: Transport }): Promise<void>;
  /** Resolves to what brings the relay back, empty. */
  takeRelayAway(): Promise<() => Promise<void>>;
  /** Somebody who may write anything to the relay. */
  stranger(): Promise<GunClient>;
  /** Sends texts that are no Gun frames to the relay. */
  babble(texts: readonly string[]): Promise<void>;
  /** From now on the wall clocks of nodes and relay are so much later. */
  skipMs(ms: number): void;
  dispose(): Promise<void>;
}

/** Cables laid beforehand, so that making a node opens nothing. */
const spareCables = 10;

export async function openGunPlace(relayOptions: Partial<GunRelayOptions> = {}): Promise<GunPlace> {
  const machine = systemClock();
  let skippedMs = 0;
  const clock: Clock = { ...machine, wall: () => machine.wall() + skippedMs };
  const random = systemRandom();
  const relayClock = new LifeClock(clock);
  const openRelay = (port: number) =>
    openGunRelay({ clock: relayClock, random, port, mailboxes: gunMailboxes(), ...relayOptions });
  let relay = await openRelay(0);
  const { port, url } = relay;
  const cables = await Promise.all(Array.from({ length: spareCables }, () => layCable(port)));
  const cableOf = new Map<Transport, Cable>();
  const undo: (() => Promise<unknown>)[] = [];
  return {
    newPeer: () => newPeer(random),
    makeNode(peer = newPeer(random)) {
      const cable = cables[cableOf.size];
      const relays = [cable === undefined ? url : `ws://127.0.0.1:${cable.port}/gun`];
      const options = { relays, linkBackoffBaseMs: 20, linkBackoffCapMs: 200, dialTimeoutMs: 1_000 };
      const patience = { graceMs: 300, lostMs: 2_500, probeMs: 1_000, presence: { refreshMs: 500 } };
      const wired = wirePlugin(gun, { ...options, ...patience }, { id: peer, clock, random });
      const [transport] = wired.all(ports.transport);
      const [mailbox] = wired.all(ports.mailbox);
      const [discovery] = wired.all(ports.discoverySource);
      if (!transport || !mailbox || !discovery) throw new Error("the Gun plugin provides less than it says");
      if (cable !== undefined) cableOf.set(transport, cable);
      return { peer, transport, mailbox, discovery };
    },
    letters: () => relay.stats().letters,
    held() {
      const counts = new Map(activeResources());
      counts.set("Timeout", (counts.get("Timeout") ?? 0) - relayClock.pending);
      return counts;
    },
    cutOff: async ({ transport }) => cableOf.get(transport)?.cut(),
    async takeRelayAway() {
      await relay.close();
      return async () => {
        relay = await openRelay(port);
      };
    },
    async stranger() {
      const client = createGunClient({ relays: [url], clock, random, dial: dialNode });
      undo.push(() => client.close());
      const up = new Promise<void>((resolve) => client.onRelay((status) => status.up && resolve()));
      client.open();
      await up;
      return client;
    },
    async babble(texts) {
      const socket = new WebSocket(url);
      await once(socket, "open");
      for (const text of texts) socket.send(text);
      socket.close();
      await once(socket, "close");
    },
    skipMs(ms) {
      skippedMs += ms;
    },
    async dispose() {
      for (const step of undo) await step();
      for (const cable of cables) await cable.cut();
      await relay.close();
    },
  };
}
