import { type DiscoverySource, type PeerId, ports, systemClock, systemRandom, type Transport } from "@swarm-space/core";
import { activeResources } from "@swarm-space/testkit";
import peerjs from "@swarm-space/transport-peerjs";
import { newPeer, wirePlugin } from "./wired-plugin.ts";

/** The PeerJS plugin of one node. */
export interface PeerjsNode {
  readonly peer: PeerId;
  readonly transport: Transport;
  readonly discovery: DiscoverySource;
}

/** An unmodified PeerServer in a process of its own. */
export interface PeerServerProcess {
  /** Once. Resolves to the port. @param port 0 for a free one */
  listen(port: number): Promise<number>;
  /** Without a word. Twice is harmless. */
  kill(): Promise<void>;
}

export interface PeerjsPlaceOptions {
  /** Rendezvous ids, which nodes go on taking by themselves. */
  readonly slots: number;
  /** Loads a server, which listens nowhere yet. */
  loadServer(): Promise<PeerServerProcess>;
}

/** An unmodified PeerServer, and plugins that dial it, in Node or in a page. */
export interface PeerjsPlace {
  makeNode(): PeerjsNode;
  /** Resolves to what brings it back. */
  takeServerAway(): Promise<() => Promise<void>>;
  /** Takes `count` ids of the shape of a peer id, and lets them go with `dispose`. */
  crowd(count: number): Promise<void>;
  /** Sends messages to an id as a stranger. */
  babble(to: string, texts: readonly unknown[]): Promise<void>;
  held(): ReadonlyMap<string, number>;
  dispose(): Promise<void>;
}

export async function openPeerjsPlace({ slots, loadServer }: PeerjsPlaceOptions): Promise<PeerjsPlace> {
  let server = await loadServer();
  const port = await server.listen(0);
  const [clock, random] = [systemClock(), systemRandom()];
  const strangers: WebSocket[] = [];
  const url = `http://127.0.0.1:${port}/`;
  const stranger = async (id: string): Promise<WebSocket> => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/peerjs?key=peerjs&id=${id}&token=t`);
    strangers.push(socket);
    await new Promise((resolve) => socket.addEventListener("message", resolve, { once: true }));
    return socket;
  };
  return {
    makeNode() {
      const peer = newPeer(random);
      const rendezvous = { slots, everyMs: 1_000 };
      const options = { servers: [url], bindAddress: "127.0.0.1", backoffBaseMs: 300, rendezvous };
      const wired = wirePlugin(peerjs, options, { id: peer, clock, random });
      const [transport] = wired.all(ports.transport);
      const [discovery] = wired.all(ports.discoverySource);
      if (!transport || !discovery) throw new Error("the PeerJS plugin provides less than it says");
      return { peer, transport, discovery };
    },
    async takeServerAway() {
      // Its successor is loaded before: how long that takes is no part of what is tried, and nodes ask only so often.
      const gone = server;
      server = await loadServer();
      await gone.kill();
      return async () => void (await server.listen(port));
    },
    async crowd(count) {
      await Promise.all(Array.from({ length: count }, () => stranger(newPeer(random))));
    },
    async babble(to, payloads) {
      const socket = await stranger("a-stranger");
      for (const payload of payloads) {
        socket.send(typeof payload === "string" ? payload : JSON.stringify({ ...Object(payload), dst: to }));
      }
    },
    held: activeResources,
    async dispose() {
      for (const socket of strangers) socket.close();
      await server.kill();
    },
  };
}
