import { describeError, SwarmError } from "@swarm-space/core";
import { type DhtGuards, dhtGuards } from "#dht";
import { engineMissing } from "./engine-missing.ts";
import type { FinderOptions, WebTorrentClient } from "./finder.ts";
import { allSearches, awaySearch, type Search, type SearchParts } from "./search.ts";
import { openTrackerSearches } from "./tracker/tracker-search.ts";
import { isOpenClient, type OpenClient } from "./webtorrent-client.ts";
import { WebTorrentSwarms } from "./webtorrent-swarms.ts";

/** Wires at once, of a client of our own. */
const maxConns = 32;

/**
 * By a whole WebTorrent client: one of our own, or the app's. It finds by its DHT and its wires; the trackers are asked by the same part
 * of WebTorrent as without it, for in Node the client's own takes ten seconds to bring two together, and takes no other WebRTC.
 * @throws SwarmError `ENGINE_MISSING`
 */
export async function openWebTorrent(parts: SearchParts): Promise<Search> {
  const { options } = parts;
  const { engine } = options;
  const isOwn = typeof engine === "string";
  const guards =
    options.dht === undefined ? undefined : dhtGuards(options.dht, () => parts.dropped("dht", "malformed"));
  const opening = isOwn ? makeClient(options, guards) : Promise.resolve(openClientOf(engine));
  const swarms = await opening.then(
    (client) => new WebTorrentSwarms({ ...parts, client, isOwn, guards }),
    (error: unknown) => {
      if (SwarmError.is(error, "ENGINE_MISSING")) throw error;
      return awaySearch(["dht"], describeError(error));
    },
  );
  const { trackers } = options;
  if (trackers === undefined) return swarms;
  const opened = await openTrackerSearches(parts, trackers).catch((error: unknown) =>
    awaySearch(trackers.urls, describeError(error)),
  );
  return allSearches([swarms, opened]);
}

function openClientOf(client: WebTorrentClient): OpenClient {
  if (isOpenClient(client)) return client;
  throw engineMissing("the WebTorrent client that was handed over", "it is destroyed, or no client of WebTorrent");
}

async function makeClient(options: FinderOptions, guards: DhtGuards | undefined): Promise<OpenClient> {
  const WebTorrent = await loadWebTorrent();
  const { dht } = options;
  const client = new WebTorrent({
    maxConns,
    dht:
      dht === undefined || guards === undefined
        ? false
        : { bootstrap: dht.bootstrap, socket: guards.socket, timeout: guards.timeoutMs, maxPeers: 1_000 },
    dhtPort: dht?.port ?? 0,
    torrentPort: dht?.port ?? 0,
    tracker: false,
    lsd: false,
    utPex: false,
    natUpnp: false,
    natPmp: false,
    utp: false,
    webSeeds: false,
    // Peers of WebTorrent's parts alone do not encrypt: what is said is an id, and no secret.
    secure: 0,
  });
  const open = openClientOf(client);
  await new Promise<void>((resolve, reject) => {
    open.once("listening", resolve);
    open.on("error", reject);
  });
  return open;
}

async function loadWebTorrent(): Promise<new (settings: object) => WebTorrentClient> {
  try {
    return (await import("webtorrent")).default;
  } catch (error) {
    throw engineMissing("webtorrent", error);
  }
}
