import { systemClock, systemRandom } from "@swarm-space/core";
import { forkPeerServer } from "./peer-servers.ts";
import type { PeerServerProcess } from "./peerjs-place.ts";
import { openRelayServer, type RelayServer } from "./relay-server.ts";
import type { ServerCalls } from "./server-calls.ts";
import { openTrackerServer, type TrackerServer } from "./tracker-server.ts";

/** What the harnesses of one page ask of this process. */
export interface PageServers {
  readonly calls: ServerCalls;
  /** Ends those that no harness did. */
  close(): Promise<void>;
}

export function openPageServers(): PageServers {
  const peerServers = new Kept<PeerServerProcess>();
  const relays = new Kept<RelayServer>();
  const trackers = new Kept<TrackerServer>();
  return {
    calls: {
      loadPeerServer: async () => peerServers.keep(await forkPeerServer()),
      listenPeerServer: (handle, port) => peerServers.get(handle).listen(port),
      killPeerServer: (handle) => peerServers.get(handle).kill(),
      async openRelay() {
        const relay = await openRelayServer(systemClock(), systemRandom());
        return { handle: relays.keep(relay), url: relay.url, cables: relay.cables };
      },
      cutCable: (handle, cable) => relays.get(handle).cut(cable),
      stopRelay: (handle) => relays.get(handle).stop(),
      startRelay: (handle) => relays.get(handle).start(),
      closeRelay: (handle) => relays.get(handle).close(),
      async openTracker() {
        const tracker = await openTrackerServer();
        return { handle: trackers.keep(tracker), url: tracker.url };
      },
      babbleAtTracker: (handle, infoHash) => trackers.get(handle).babble(infoHash),
      closeTracker: (handle) => trackers.get(handle).close(),
    },
    async close() {
      await Promise.all(peerServers.all().map((server) => server.kill()));
      await Promise.all([...relays.all(), ...trackers.all()].map((server) => server.close()));
    },
  };
}

/** Things by their handles. */
class Kept<Thing> {
  readonly #things: Thing[] = [];

  keep(thing: Thing): number {
    return this.#things.push(thing) - 1;
  }

  get(handle: number): Thing {
    const thing = this.#things[handle];
    if (thing === undefined) throw new Error(`nothing has the handle ${handle}`);
    return thing;
  }

  all(): readonly Thing[] {
    return this.#things;
  }
}
