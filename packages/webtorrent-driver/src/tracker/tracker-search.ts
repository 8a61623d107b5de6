import { hexOf } from "@swarm-space/core/medium";
import type { TrackerOptions, TrackerWebRtc } from "../finder.ts";
import { type Meeting, meet } from "../meet.ts";
import { type PaceRules, paceOf } from "../pace.ts";
import { allSearches, type Search, type SearchParts } from "../search.ts";
import type { Wire } from "../wire.ts";
import { TendedTracker } from "./tended-tracker.ts";
import type { TrackerClient, TrackerPeer, TrackerSettings } from "./tracker-client.ts";

/** Channels on which somebody says who it is, at once, of one tracker. */
const maxMeetings = 16;
const meetTimeoutMs = 5_000;
/** Announcements: who is alone asks more often than the tracker says. */
const pace: PaceRules = { firstMs: 5_000, quickRounds: 2, mostMs: 120_000 };
/** Several who begin to look at once ask once. */
const leastBetweenMs = 200;

interface Parts extends SearchParts {
  readonly url: string;
  readonly webRtc: TrackerWebRtc;
  readonly newWire: () => Wire;
  readonly newClient: (settings: TrackerSettings) => TrackerClient;
}

/** One info hash at the tracker. */
interface Place {
  readonly client: TrackerClient;
  readonly tended: readonly TendedTracker[];
}

/**
 * Opens a search by each tracker. They bring two together on a data channel; on it each says who it is, and it ends.
 * Rejects where there is no WebRTC.
 */
export async function openTrackerSearches(search: SearchParts, { urls, openWebRtc }: TrackerOptions): Promise<Search> {
  const [{ Client }, { default: WireClass }] = await Promise.all([
    import("bittorrent-tracker"),
    import("bittorrent-protocol"),
  ]);
  const webRtc = await openWebRtc();
  const searches = urls.map(
    (url) =>
      new TrackerSearch({
        ...search,
        url,
        webRtc,
        newWire: () => new WireClass("webrtc"),
        newClient: (settings) => new Client(settings),
      }),
  );
  const all = allSearches(searches);
  return {
    ...all,
    close: async () => {
      await all.close();
      await webRtc.close();
    },
  };
}

class TrackerSearch implements Search {
  readonly #parts: Parts;
  readonly #places = new Map<string, Place>();
  /** Ends of the greetings under way, by the peer's id at the tracker and by who made the offer. */
  readonly #meetings = new Map<string, () => void>();
  readonly #wireId: string;
  #rounds = 0;
  #askedAt: number;
  #timer: Disposable | undefined;
  #closing: Promise<void> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#wireId = hexOf(parts.random.bytes(20));
    this.#askedAt = parts.clock.now();
    this.meetUnder(parts.infoHashes);
    this.#schedule();
  }

  meetUnder(infoHashes: readonly string[]): void {
    if (this.#closing) return;
    for (const [infoHash, place] of this.#places) {
      if (infoHashes.includes(infoHash)) continue;
      this.#places.delete(infoHash);
      void leave(place);
    }
    for (const infoHash of infoHashes)
      if (!this.#places.has(infoHash)) this.#places.set(infoHash, this.#join(infoHash));
  }

  look(): void {
    if (this.#closing) return;
    this.#rounds = 0;
    this.#timer?.[Symbol.dispose]();
    const { clock } = this.#parts;
    const waitMs = this.#askedAt + leastBetweenMs - clock.now();
    if (waitMs > 0) this.#timer = clock.timer(waitMs, () => this.#ask());
    else this.#ask();
  }

  /** What waits is dialled, and what stands is asked: a tracker whose path died meanwhile does not answer. */
  woke(): void {
    for (const { tended } of this.#places.values()) for (const each of tended) each.woke();
    this.look();
  }

  status(): ReturnType<Search["status"]> {
    const { url: source } = this.#parts;
    const [first] = [...this.#places.values()].flatMap(({ tended }) => tended);
    return [{ source, ...(first?.status() ?? { state: "idle", size: 0 }) }];
  }

  close(): Promise<void> {
    // Not within this call: what ends must find it closing, or it begins something new.
    this.#closing ??= Promise.resolve().then(() => this.#end());
    return this.#closing;
  }

  async #end(): Promise<void> {
    this.#timer?.[Symbol.dispose]();
    for (const end of [...this.#meetings.values()]) end();
    const places = [...this.#places.values()];
    this.#places.clear();
    await Promise.all(places.map(leave));
  }

  #join(infoHash: string): Place {
    const { newClient, url, webRtc, random, clock, dropped } = this.#parts;
    const client = newClient({
      infoHash,
      peerId: this.#wireId,
      announce: [ownUrl(url, hexOf(random.bytes(4)))],
      port: 6_881,
      wrtc: webRtc.wrtc("whole"),
      rtcConfig: { iceServers: [] },
    });
    client.on("warning", () => undefined);
    client.on("error", () => undefined);
    client.on("peer", (peer) => this.#greet(peer, infoHash));
    const tended = client._trackers.map(
      (tracker) => new TendedTracker({ tracker, clock, random, dropped: (reason) => dropped(url, reason) }),
    );
    client.start();
    return { client, tended };
  }

  #ask(): void {
    this.#askedAt = this.#parts.clock.now();
    for (const { client, tended } of this.#places.values()) {
      // Who is not connected yet announces when it is.
      if (!tended.some((each) => each.status().state === "ready")) continue;
      for (const each of tended) each.prune();
      client.update();
    }
    this.#schedule();
  }

  #schedule(): void {
    this.#timer = this.#parts.clock.timer(paceOf(pace, this.#rounds), () => this.#ask());
    this.#rounds += 1;
  }

  #greet(peer: TrackerPeer, infoHash: string): void {
    const { clock, dropped, url, newWire, self } = this.#parts;
    peer.on("error", () => undefined);
    const key = `${peer.id} ${peer.initiator}`;
    const isSpare = this.#meetings.has(key);
    if (isSpare || this.#closing || this.#meetings.size >= maxMeetings) {
      if (!isSpare && !this.#closing) dropped(url, "too many");
      peer.destroy();
      return;
    }
    const forget = () => this.#meetings.delete(key);
    const giveUp = () => {
      forget();
      timer[Symbol.dispose]();
      peer.destroy();
    };
    const timer = clock.timer(meetTimeoutMs, () => {
      giveUp();
      dropped(url, "silent");
    });
    this.#meetings.set(key, giveUp);
    peer.on("close", () => {
      if (this.#meetings.get(key) === giveUp) giveUp();
    });
    peer.on("connect", () => {
      if (this.#meetings.get(key) !== giveUp) return;
      timer[Symbol.dispose]();
      const admits = () => false;
      const meeting = { stream: peer, wire: newWire(), clock, infoHash, admits, wireId: this.#wireId, self: self() };
      const end = meet({ ...meeting, timeoutMs: meetTimeoutMs }, (heard) => this.#judge(heard), forget);
      this.#meetings.set(key, end);
    });
  }

  #judge(heard: Meeting): void {
    const { met, dropped, url, options } = this.#parts;
    if (this.#closing) return;
    if (typeof heard === "string") dropped(url, heard);
    else if (heard.peer === options.self) dropped(url, "self");
    else met(url, heard.peer);
  }
}

/** Says that it goes, and goes: within a second, also where the tracker says nothing to it. */
function leave({ client, tended }: Place): Promise<void> {
  for (const each of tended) each.close();
  client.stop();
  return new Promise((resolve) => client.destroy(() => resolve()));
}

/**
 * A spelling of the URL that nobody else has: the library shares a socket among all clients of a process that name the same URL, so
 * that nodes would hear each other's calls, and one that is stuck would hold up all.
 */
function ownUrl(url: string, name: string): string {
  return `${url}${url.includes("?") ? "&" : "?"}swarm=${name}`;
}
