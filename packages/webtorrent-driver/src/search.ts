import type { Clock, PeerId, Random } from "@swarm-space/core";
import type { FinderOptions, FinderSourceStatus, RefusalReason } from "./finder.ts";

/** What a search by one engine is given. */
export interface SearchParts {
  readonly options: FinderOptions;
  readonly clock: Clock;
  readonly random: Random;
  /** Info hashes to look for, in hex. */
  readonly infoHashes: readonly string[];
  /** The id that is told to those who meet us; undefined while nobody announces. */
  self(): PeerId | undefined;
  /** Somebody said that it is `peer`. */
  met(source: string, peer: PeerId): void;
  dropped(source: string, reason: RefusalReason): void;
}

/** A search under way. */
export interface Search {
  /** Other info hashes from now on. */
  meetUnder(infoHashes: readonly string[]): void;
  /** Looks at once: somebody new wants to know who is there, or this node begins or ends to announce itself. */
  look(): void;
  /** Sources that are away are tried at once. */
  woke(): void;
  status(): readonly Omit<FinderSourceStatus, "found" | "dropped">[];
  /** Nothing is left of it. Twice is harmless. */
  close(): Promise<void>;
}

export type OpenSearch = (parts: SearchParts) => Promise<Search>;

/** Several as one. */
export function allSearches(searches: readonly Search[]): Search {
  return {
    meetUnder: (infoHashes) => {
      for (const each of searches) each.meetUnder(infoHashes);
    },
    look: () => {
      for (const each of searches) each.look();
    },
    woke: () => {
      for (const each of searches) each.woke();
    },
    status: () => searches.flatMap((each) => each.status()),
    close: async () => {
      await Promise.all(searches.map((each) => each.close()));
    },
  };
}

/** Sources that cannot be had, and why. */
export function awaySearch(sources: readonly string[], lastError: string): Search {
  return {
    meetUnder: () => undefined,
    look: () => undefined,
    woke: () => undefined,
    status: () => sources.map((source) => ({ source, state: "away", size: 0, lastError })),
    close: async () => undefined,
  };
}
