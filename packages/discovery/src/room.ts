import {
  type Clock,
  type Discovery,
  type DiscoverySource,
  type EventBus,
  type Logger,
  type PeerId,
  type PluginHandle,
  type Random,
  RowKeeper,
  type Sighting,
  type Store,
  type Transport,
} from "@swarm-space/core";
import { BootstrapRegistry } from "./bootstrap-registry.ts";
import type { Candidate } from "./candidate.ts";
import { CandidateBook } from "./candidate-book.ts";
import { CandidateDialer } from "./candidate-dialer.ts";
import { CascadeRoom } from "./cascade-room.ts";
import { inOrder } from "./discovery-cascade.ts";
import type { DiscoverySettings } from "./discovery-config.ts";
import { decodeKnown, encodeKnown, isOtherKnown, type KnownCandidate } from "./kept-peers.ts";
import { allSafeguards, type Safeguards } from "./safeguards.ts";
import type { DropReason } from "./sift.ts";
import { Sought } from "./sought.ts";
import { SourceDesk } from "./source-desk.ts";
import { watchPeers } from "./watch-peers.ts";

export interface RoomParts {
  readonly settings: DiscoverySettings;
  readonly self: PeerId;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EventBus;
  readonly log: Logger;
  /** Complete from the start on. */
  readonly sources: readonly DiscoverySource[];
  readonly transports: readonly Pick<Transport, "id">[];
  /** Where it is durable, the book of peers outlives the process. */
  readonly store?: Store | undefined;
}

/** The plugin's parts in one node, wired. */
export interface Room {
  readonly discovery: Discovery;
  readonly dialer: CandidateDialer;
  readonly book: CandidateBook;
  readonly handle: PluginHandle;
}

/** After so many half-lives next to nothing is left of a tally. */
const keptHalfLives = 6;

export function makeRoom(parts: RoomParts, safeguards: Safeguards = allSafeguards): Room {
  const { settings, clock, random, events, self } = parts;
  const book = new CandidateBook({ settings, safeguards, random });
  const sought = new Sought();
  const dialer = new CandidateDialer({ settings, safeguards, clock, book });
  const { connected } = dialer;
  let desks: readonly SourceDesk[] = [];
  let taking: ((sighting: Sighting) => boolean) | undefined;
  const cascade = new CascadeRoom({
    rules: settings,
    seekMs: settings.seekMs,
    clock,
    random,
    desks: () => desks,
    sought,
    connected: () => (safeguards.ownChoice ? dialer.reached() : connected.size),
    isHopeful: (sources) =>
      book.strangers.some((each) => each.failures === 0 && each.sources.some((source) => sources.includes(source))),
  });
  const take = (sighting: Sighting): DropReason | undefined => {
    const isNoted = book.note(sighting, clock.now());
    if (!isNoted && !sought.has(sighting.peer)) return "source full";
    if (taking?.(sighting) !== true) return "unusable";
    dialer.heard();
    return undefined;
  };
  const makeDesk = (source: DiscoverySource) =>
    new SourceDesk({
      source,
      rules: () => ({ self, transports: parts.transports.map(({ id }) => id) }),
      pace: safeguards.budget ? { perSecond: settings.sightingsPerSecond, burst: settings.sightingsBurst } : undefined,
      jitter: settings.jitter,
      clock,
      random,
      events,
      log: parts.log,
      take,
      onEnded: () => cascade.step(),
    });
  const watch = watchPeers({
    settings,
    clock,
    events,
    book,
    connected,
    sought,
    onChange: () => {
      dialer.changed();
      cascade.step();
    },
  });
  const discovery: Discovery = {
    look(takeSighting, { signal }) {
      if (signal.aborted) return Promise.resolve();
      const own = settings.bootstrap.length > 0 ? [new BootstrapRegistry(settings.bootstrap)] : [];
      desks = inOrder([...own, ...parts.sources], settings.order).map(makeDesk);
      taking = takeSighting;
      for (const { peer, addresses, sources } of book.known)
        if (peer !== undefined) takeSighting({ peer, addresses, source: sources[0] ?? "kept" });
      cascade.open();
      const { promise, resolve } = Promise.withResolvers<void>();
      const end = () => {
        cascade.close();
        taking = undefined;
        sought.clear();
        resolve();
      };
      signal.addEventListener("abort", end, { once: true });
      return promise;
    },
    seek: (peer) => {
      if (peer !== self) cascade.seek(peer);
    },
    status: () => cascade.status(),
  };
  return { discovery, dialer, book, handle: bothOf(keeperOf(parts, book), watch, () => dialer.close()) };
}

/** Keeps nothing where the store keeps nothing. */
function keeperOf({ store, clock, events, settings }: RoomParts, book: CandidateBook): PluginHandle {
  if (store?.durable !== true) return {};
  return new RowKeeper<KnownCandidate>({
    store,
    clock,
    events,
    namespace: "discovery",
    rows: () => book.known.filter(isKept).map((each) => [each.key, each]),
    restore: (candidate) => book.restore(candidate, clock.now()),
    encode: encodeKnown,
    decode: decodeKnown,
    at: ({ tally }) => tally.at,
    isOther: isOtherKnown,
    keptMs: keptHalfLives * settings.halfLifeMs,
    mostRows: settings.knownPeers,
  });
}

function isKept(each: Candidate): each is KnownCandidate {
  return each.tally !== undefined && each.peer !== undefined;
}

/** Stopped in the reverse order of their start. */
function bothOf(first: PluginHandle, second: PluginHandle, last: () => void): PluginHandle {
  return {
    async start(o) {
      await first.start?.(o);
      await second.start?.(o);
    },
    async stop(o) {
      last();
      await second.stop?.(o);
      await first.stop?.(o);
    },
  };
}
