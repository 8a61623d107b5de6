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
import gun from "@swarm-space/transport-gun";
import { type CabledRelay, openCabledRelay } from "./cabled-relay.ts";
import type { OpenRelay } from "./relay-server.ts";
import { newPeer, wirePlugin } from "./wired-plugin.ts";

/** The Gun plugin of one node. */
export interface GunNode {
  readonly peer: PeerId;
  readonly transport: Transport;
  readonly mailbox: Mailbox;
  readonly discovery: DiscoverySource;
}

/** A real relay, and plugins that dial it. */
export interface GunPlace extends Omit<CabledRelay, "url" | "hang"> {
  makeNode(peer?: PeerId): GunNode;
  newPeer(): PeerId;
  /** Sends texts that are no Gun frames to the relay. */
  babble(texts: readonly string[]): Promise<void>;
  /** From now on the wall clocks of nodes and relay are so much later. */
  skipMs(ms: number): void;
}

export async function openGunPlace(openRelay: OpenRelay): Promise<GunPlace> {
  const machine = systemClock();
  let skippedMs = 0;
  const clock: Clock = { ...machine, wall: () => machine.wall() + skippedMs };
  const random = systemRandom();
  const { url, hang, ...relay } = await openCabledRelay(clock, random, openRelay);
  return {
    ...relay,
    newPeer: () => newPeer(random),
    makeNode: (peer = newPeer(random)) =>
      hang((relayUrl) => {
        const options = { relays: [relayUrl], linkBackoffBaseMs: 20, linkBackoffCapMs: 200, dialTimeoutMs: 1_000 };
        const patience = { graceMs: 300, lostMs: 2_500, probeMs: 1_000, presence: { refreshMs: 500 } };
        const wired = wirePlugin(gun, { ...options, ...patience }, { id: peer, clock, random });
        const [transport] = wired.all(ports.transport);
        const [mailbox] = wired.all(ports.mailbox);
        const [discovery] = wired.all(ports.discoverySource);
        if (!transport || !mailbox || !discovery) throw new Error("the Gun plugin provides less than it says");
        return { peer, transport, mailbox, discovery };
      }),
    async babble(texts) {
      const socket = new WebSocket(url);
      await eventOf(socket, "open");
      for (const text of texts) socket.send(text);
      socket.close();
      await eventOf(socket, "close");
    },
    skipMs(ms) {
      skippedMs += ms;
    },
  };
}

function eventOf(socket: WebSocket, name: "open" | "close"): Promise<unknown> {
  return new Promise((resolve) => socket.addEventListener(name, resolve, { once: true }));
}
