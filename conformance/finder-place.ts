import { connect } from "node:net";
import { type PeerId, systemClock, systemRandom } from "@swarm-space/core";
import { hexOf } from "@swarm-space/core/medium";
import { activeResources } from "@swarm-space/testkit";
import { openWebRtc } from "@swarm-space/webrtc-driver";
import { createFinder, daysAt, type Finder, infoHashOf } from "@swarm-space/webtorrent-driver";
import { openDhtNode } from "@swarm-space/webtorrent-driver/infra";
import bencode from "bencode";
import { openTracker } from "../packages/cli/src/tracker/tracker-server.ts";
import { newPeer } from "./wired-plugin.ts";

const network = "conformance";

export interface FinderNode {
  readonly peer: PeerId;
  readonly finder: Finder;
}

/** A DHT of its own and a tracker, and finders that use both. */
export interface FinderPlace {
  makeNode(): FinderNode;
  /** So many strangers call every node, and each says another id. */
  crowd(count: number): Promise<void>;
  /** Strangers call every node, and say what nobody would. */
  babble(): Promise<void>;
  held(): ReadonlyMap<string, number>;
  dispose(): Promise<void>;
}

const callsAtOnce = 8;

export async function openFinderPlace(engine: "components" | "webtorrent"): Promise<FinderPlace> {
  const [clock, random] = [systemClock(), systemRandom()];
  const dht = await openDhtNode({ random, port: 0 });
  const tracker = await openTracker({ clock, port: 0 });
  const bootstrap = [`127.0.0.1:${dht.port}`];
  const firstPort = 20_000 + Math.floor(random.float() * 20_000);
  const ports: number[] = [];
  const finders: Finder[] = [];
  const [day = 0] = daysAt(clock.wall());
  const infoHash = Buffer.from(await infoHashOf(network, day), "hex");
  const callAll = async (messages: readonly object[]) => {
    for (let at = 0; at < messages.length; at += callsAtOnce)
      await Promise.all(
        messages
          .slice(at, at + callsAtOnce)
          .flatMap((message) => ports.map((port) => call(port, infoHash, bencode.encode(message)))),
      );
  };
  return {
    makeNode() {
      const peer = newPeer(random);
      const port = firstPort + ports.length;
      ports.push(port);
      const finder = createFinder({
        self: peer,
        network,
        clock,
        random,
        engine,
        dht: { bootstrap, port },
        trackers: { urls: [tracker.url], openWebRtc: () => openWebRtc({ clock, bindAddress: "127.0.0.1" }) },
      });
      finders.push(finder);
      return { peer, finder };
    },
    crowd: (count) => callAll(Array.from({ length: count }, () => ({ m: {}, swarm: newPeer(random) }))),
    babble: () => callAll([{}, { m: {}, swarm: "nobody" }, { m: {}, swarm: ["x"] }, { m: { x: { toString: 5 } } }]),
    held: activeResources,
    async dispose() {
      const { signal } = new AbortController();
      await Promise.all(finders.map((finder) => finder.close({ signal })));
      await tracker.close();
      await dht.close();
    },
  };
}

/** Calls as a peer of BitTorrent does (BEP 3, BEP 10), says one thing and that it has heard, and waits for the end. */
async function call(port: number, infoHash: Uint8Array, message: Uint8Array): Promise<void> {
  const head = Buffer.alloc(6);
  head.writeUInt32BE(message.length + 2);
  head[4] = 20;
  const wireId = Buffer.from(hexOf(systemRandom().bytes(20)), "hex");
  const handshake = Buffer.concat([
    Buffer.from("\u0013BitTorrent protocol"),
    Buffer.from([0, 0, 0, 0, 0, 0x10, 0, 0]),
    infoHash,
    wireId,
  ]);
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.once("data", () => socket.end());
  socket.write(Buffer.concat([handshake, head, message, Buffer.alloc(4)]));
  await new Promise((resolve) => socket.on("close", resolve));
}
