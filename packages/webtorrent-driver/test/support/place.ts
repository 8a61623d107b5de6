import { once } from "node:events";
import { type Clock, ephemeralIdentity, type PeerId, systemClock, systemRandom } from "@swarm-space/core";
import { openWebRtc } from "@swarm-space/webrtc-driver";
import { openDhtNode, type RunningDhtNode } from "@swarm-space/webtorrent-driver/infra";
import { Server } from "bittorrent-tracker";
import { createFinder } from "../../src/create-finder.ts";
import type { Finder, FinderOptions, RefusalReason, TrackerOptions } from "../../src/finder.ts";

export const engines = ["components", "webtorrent"] as const;
export type EngineName = (typeof engines)[number];

export interface FinderNode {
  readonly peer: PeerId;
  readonly finder: Finder;
  readonly refused: { readonly source: string; readonly reason: RefusalReason }[];
}

/** A real DHT bootstrap node and a real tracker on loopback, and finders that use them. */
export class FindingPlace implements AsyncDisposable {
  readonly dht: RunningDhtNode;
  readonly tracker: string;
  #server: InstanceType<typeof Server>;
  readonly #finders: Finder[] = [];

  private constructor(dht: RunningDhtNode, server: InstanceType<typeof Server>, port: number) {
    this.dht = dht;
    this.#server = server;
    this.tracker = `ws://127.0.0.1:${port}`;
  }

  static async open(): Promise<FindingPlace> {
    const dht = await openDhtNode({ random: systemRandom(), port: 0 });
    const { server, port } = await openServer(0);
    return new FindingPlace(dht, server, port);
  }

  /** Resolves to what brings it back. */
  async takeTrackerAway(): Promise<() => Promise<void>> {
    await this.closeTracker();
    return async () => {
      this.#server = (await openServer(Number(new URL(this.tracker).port))).server;
    };
  }

  async node(o: Partial<FinderOptions> & { readonly by?: readonly ("dht" | "tracker")[] } = {}): Promise<FinderNode> {
    const clock: Clock = systemClock();
    const { by = ["dht", "tracker"], ...options } = o;
    const peer = o.self ?? (await ephemeralIdentity(systemRandom())).id;
    const refused: FinderNode["refused"] = [];
    const finder = createFinder({
      self: peer,
      network: "finding",
      clock,
      random: systemRandom(),
      engine: "components",
      trackers: trackersAt(by.includes("tracker") ? [this.tracker] : []),
      ...(by.includes("dht") ? { dht: { bootstrap: [`127.0.0.1:${this.dht.port}`] } } : {}),
      refused: (source, reason) => refused.push({ source, reason }),
      ...options,
    });
    this.#finders.push(finder);
    return { peer, finder, refused };
  }

  async closeTracker(): Promise<void> {
    const { http } = this.#server;
    this.#server.close();
    http?.closeAllConnections();
    if (http?.listening) await once(http, "close");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { signal } = new AbortController();
    await Promise.all(this.#finders.map((finder) => finder.close({ signal })));
    await this.closeTracker();
    await this.dht.close();
  }
}

export function trackersAt(urls: readonly string[]): TrackerOptions {
  return { urls, openWebRtc: () => openWebRtc({ clock: systemClock(), bindAddress: "127.0.0.1" }) };
}

async function openServer(asked: number) {
  const server = new Server({ udp: false, http: true, ws: true, stats: false });
  server.on("warning", () => undefined);
  server.listen(asked, "127.0.0.1");
  const { http } = server;
  if (http === null) throw new Error("the tracker has no socket");
  await once(http, "listening");
  const address = http.address();
  if (address === null || typeof address === "string") throw new Error("the tracker has no port");
  return { server, port: address.port };
}

/** Announces and looks until it is disposed; `met` resolves when the peer was sighted. */
export class Presence implements AsyncDisposable {
  readonly seen: PeerId[] = [];
  readonly #abort = new AbortController();
  readonly #watchers = new Set<() => void>();
  readonly ended: Promise<unknown>;

  constructor({ finder, peer }: FinderNode, o: { readonly announces?: boolean; readonly looks?: boolean } = {}) {
    const { signal } = this.#abort;
    const read = async () => {
      for await (const sighting of finder.discover({ signal })) {
        if (sighting.peer) this.seen.push(sighting.peer);
        for (const watch of this.#watchers) watch();
      }
    };
    this.ended = Promise.all([
      o.announces === false ? undefined : finder.announce({ peer, addresses: [] }, { signal }),
      o.looks === false ? undefined : read(),
    ]);
    this.ended.catch(() => undefined);
  }

  meets(peer: PeerId): Promise<void> {
    return new Promise((resolve, reject) => {
      this.ended.catch(reject);
      const look = () => {
        if (!this.seen.includes(peer)) return;
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
      look();
    });
  }

  /** Asks again and again, for what no event tells. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise((resolve) => systemClock().timer(20, () => resolve(undefined)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    await this.ended;
  }
}
