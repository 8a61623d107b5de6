import { type DiscoverySource, EventEmitter, type PeerId, peerIdOf, type Sighting } from "@swarm-space/core";
import { SeededRandom, VirtualClock } from "@swarm-space/testkit";
import type { discoveryConfig } from "../packages/discovery/src/discovery-config.ts";
import type { makeRoom } from "../packages/discovery/src/room.ts";
import type { Safeguards } from "../packages/discovery/src/safeguards.ts";

/** The plugin's parts, from the build: a process has one copy of each. */
export interface DiscoveryParts {
  readonly makeRoom: typeof makeRoom;
  readonly discoveryConfig: typeof discoveryConfig;
  readonly allSafeguards: Safeguards;
}

export interface EclipseOptions {
  readonly seed: string;
  /** "sybils" take every dial and stay, on few hosts. "forged" ones are nowhere: each at an address in a range of its own, where a dial waits in vain. */
  readonly attack: "sybils" | "forged";
  readonly parts: DiscoveryParts;
  readonly off?: Partial<Safeguards>;
}

export interface EclipseReport {
  readonly seed: string;
  /** An honest link stood at each look from the second minute on. */
  readonly kept: boolean;
  /** Share of the looks at which one stood. */
  readonly shareOfLooks: number;
  /** Honest and hostile links at the end, of those that were dialled. */
  readonly honest: number;
  readonly hostile: number;
}

const peers = 1_000;
const hostileShare = 0.9;
/** The attacker's hosts lie in so many /16 ranges; each honest one in its own. */
const hostileRanges = 12;
const sourceIds = ["webtorrent", "gun", "peerjs"];
/** Answers of a source at once, and then every five seconds. */
const answersFirst = 120;
const answersLater = 20;
const answerEveryMs = 5_000;
/** An honest peer that is named is away so often, and a link to one lasts so long in the mean; hostile ones never leave. */
const awayShare = 0.2;
const honestLinkMs = 10 * 60_000;
const redialMs = 10_000;
/** The kernel's. */
const dialTimeoutMs = 10_000;
const lookEveryMs = 15_000;
const lastsMs = 30 * 60_000;
/** Hostile peers that dial the victim. */
const pushing = 20;

interface Somebody {
  readonly peer: PeerId;
  readonly hostile: boolean;
  readonly sighting: Omit<Sighting, "source">;
}

/**
 * One victim whose peer store is empty, with the plugin as shipped; the kernel, the sources and the other nodes are a model. Nine
 * tenths of what each source answers is the attacker's.
 */
export async function runEclipse({ seed, attack, parts, off }: EclipseOptions): Promise<EclipseReport> {
  const random = new SeededRandom(`eclipse ${seed}`);
  const clock = new VirtualClock();
  const events = new EventEmitter();
  const [hostile, honest] = population(random.fork("population"), attack);
  const byPeer = new Map([...hostile, ...honest].map((each) => [each.peer, each]));
  const room = parts.makeRoom(
    {
      settings: parts.discoveryConfig.parse({ bootstrap: [] }),
      self: nameOf(peers),
      clock,
      random: random.fork("plugin"),
      events,
      log: { debug() {}, info() {}, warn() {}, error() {} },
      sources: sourceIds.map((id) => source(id, clock, random.fork(id), hostile, honest)),
      transports: [{ id: "direct" }],
    },
    { ...parts.allSafeguards, ...off },
  );
  const stop = new AbortController();
  const links = new Set<PeerId>();
  const busy = new Set<PeerId>();
  const dials = random.fork("dials");
  const open = (somebody: Somebody, inbound: boolean) => {
    if (links.has(somebody.peer)) return;
    links.add(somebody.peer);
    events.emit("peer:connect", { peer: somebody.peer });
    events.emit("connection:open", { peer: somebody.peer, transport: "direct", road: "lane", inbound });
    if (somebody.hostile) return;
    clock.timer(-Math.log(1 - dials.float()) * honestLinkMs, () => {
      links.delete(somebody.peer);
      events.emit("peer:disconnect", { peer: somebody.peer });
    });
  };
  const dial = (somebody: Somebody) => {
    busy.add(somebody.peer);
    const isForged = somebody.hostile && attack === "forged";
    clock.timer(isForged ? dialTimeoutMs : 50 + dials.float() * 250, () => {
      if (!isForged && (somebody.hostile || !dials.chance(awayShare))) {
        busy.delete(somebody.peer);
        return open(somebody, false);
      }
      events.emit("dial:failed", { peer: somebody.peer, transport: "direct", code: "PEER_ABSENT", detail: "away" });
      clock.timer(redialMs, () => void busy.delete(somebody.peer));
    });
  };
  const sweep = () => {
    for (const { peer } of room.dialer.wanted()) {
      const somebody = peer === undefined ? undefined : byPeer.get(peer);
      if (somebody !== undefined && !links.has(somebody.peer) && !busy.has(somebody.peer)) dial(somebody);
    }
  };
  room.dialer.onChange(sweep);
  await room.handle.start?.({ signal: stop.signal });
  if (attack === "sybils") for (const each of hostile.slice(0, pushing)) open(each, true);
  const ended = room.discovery.look(() => true, { signal: stop.signal });
  const linksTo = (isHostile: boolean) => [...links].filter((peer) => byPeer.get(peer)?.hostile === isHostile).length;
  let looks = 0;
  let bright = 0;
  for (let atMs = 0; atMs < lastsMs; atMs += lookEveryMs) {
    await clock.advance(lookEveryMs);
    sweep();
    if (clock.now() < 60_000) continue;
    looks++;
    if (linksTo(false) > 0) bright++;
  }
  const report = { seed, kept: bright === looks, shareOfLooks: bright / looks };
  stop.abort();
  await ended;
  await room.handle.stop?.({ signal: stop.signal });
  return { ...report, honest: linksTo(false), hostile: linksTo(true) };
}

function population(
  random: SeededRandom,
  attack: EclipseOptions["attack"],
): [readonly Somebody[], readonly Somebody[]] {
  const firstRange = random.integer(100);
  const all = Array.from({ length: peers }, (_, n): Somebody => {
    const hostile = n < peers * hostileShare;
    const few = attack === "sybils" ? `66.${firstRange + (n % hostileRanges)}` : `${70 + (n & 63)}.${(n >> 6) & 255}`;
    const range = hostile ? few : `${20 + (n & 31)}.${(n >> 5) & 255}`;
    const peer = nameOf(n);
    const value = `${range}.${random.integer(256)}.${random.integer(256)}:4000`;
    return { peer, hostile, sighting: { peer, addresses: [{ transport: "direct", value }] } };
  });
  return [all.filter(({ hostile }) => hostile), all.filter(({ hostile }) => !hostile)];
}

function nameOf(n: number): PeerId {
  const key = new Uint8Array(32);
  new DataView(key.buffer).setUint32(0, n + 1);
  return peerIdOf(key);
}

function source(
  id: string,
  clock: VirtualClock,
  random: SeededRandom,
  hostile: readonly Somebody[],
  honest: readonly Somebody[],
): DiscoverySource {
  const answer = (): Sighting[] => {
    const somebody = random.pick(random.chance(hostileShare) ? hostile : honest);
    return somebody === undefined ? [] : [{ ...somebody.sighting, source: id }];
  };
  return {
    id,
    async *discover({ signal }) {
      for (let count = answersFirst; !signal.aborted; count = answersLater) {
        for (let n = 0; n < count; n++) yield* answer();
        const { promise, resolve } = Promise.withResolvers<void>();
        const timer = clock.timer(answerEveryMs, resolve);
        signal.addEventListener("abort", () => resolve(), { once: true });
        await promise;
        timer[Symbol.dispose]();
      }
    },
  };
}
