import type { DiscoverySource, Sighting } from "@swarm-space/core";
import { never, overlay } from "./altered-transport.ts";

/** A source that breaks one promise, and the check that must tell. */
export interface FlawedDiscoverySource {
  /** What it does, as "throws when its signal aborts". */
  readonly flaw: string;
  /** The promise whose check goes red. */
  readonly caughtBy: string;
  spoil(sound: DiscoverySource): Partial<DiscoverySource>;
}

/** The sound source with a flaw. */
export function spoilDiscoverySource(sound: DiscoverySource, { spoil }: FlawedDiscoverySource): DiscoverySource {
  const build = (): DiscoverySource => ({
    id: sound.id,
    discover: (o) => sound.discover(o),
    ...(sound.announce === undefined ? {} : { announce: (self, o) => sound.announce?.(self, o) ?? Promise.resolve() }),
  });
  return overlay(build, spoil(build()));
}

const forever = (): AbortSignal => new AbortController().signal;

/** Each sighting, changed. */
function changed(change: (sighting: Sighting) => Sighting): (sound: DiscoverySource) => Partial<DiscoverySource> {
  return (sound) => ({
    async *discover(o) {
      for await (const sighting of sound.discover(o)) yield change(sighting);
    },
  });
}

const wellFormed =
  "a sighting is well formed: its source, a peer id or none, addresses, a card of at most 512 bytes or none";

/** A zoo: each breaks one promise of the `DiscoverySource` port. */
export const flawedDiscoverySources: readonly FlawedDiscoverySource[] = Object.freeze([
  {
    flaw: "throws when its signal aborts",
    caughtBy: "an abort while nothing comes ends the iteration quietly",
    spoil: (sound) => ({
      async *discover(o) {
        yield* sound.discover(o);
        o.signal.throwIfAborted();
      },
    }),
  },
  {
    flaw: "does not end when its signal aborts",
    caughtBy: "an abort while nothing comes ends the iteration quietly",
    spoil: (sound) => ({
      async *discover(o) {
        yield* sound.discover(o);
        await never();
      },
    }),
  },
  {
    flaw: "looks though it was called off before",
    caughtBy: "`discover` with a signal that has aborted ends quietly, with nothing",
    spoil: (sound) => ({
      async *discover(o) {
        for await (const sighting of sound.discover({ signal: forever() })) {
          yield sighting;
          if (o.signal.aborted) return;
        }
      },
    }),
  },
  {
    flaw: "tells one more after its end",
    caughtBy: "after the abort nothing more is yielded, whoever comes",
    spoil: (sound) => ({
      async *discover(o) {
        let last: Sighting | undefined;
        for await (const sighting of sound.discover(o)) {
          last = sighting;
          yield sighting;
        }
        if (last !== undefined) yield last;
      },
    }),
  },
  {
    flaw: "tells the first whom it sees, and nobody else",
    caughtBy: "all who are there are sighted",
    spoil: (sound) => ({
      async *discover(o) {
        let first: unknown;
        for await (const sighting of sound.discover(o)) {
          first ??= sighting.peer;
          if (sighting.peer === first) yield sighting;
        }
      },
    }),
  },
  {
    flaw: "can be asked once in its life",
    caughtBy: "looked for again after an end, who is there is sighted again",
    spoil(sound) {
      let isUsed = false;
      return {
        async *discover(o) {
          if (isUsed) return;
          isUsed = true;
          yield* sound.discover(o);
        },
      };
    },
  },
  {
    flaw: "tells each peer once in its life",
    caughtBy: "looked for again after an end, who is there is sighted again",
    spoil(sound) {
      const told = new Set<unknown>();
      return {
        async *discover(o) {
          for await (const sighting of sound.discover(o)) {
            if (told.has(sighting.peer)) continue;
            told.add(sighting.peer);
            yield sighting;
          }
        },
      };
    },
  },
  {
    flaw: "shares its sightings out among those who look",
    caughtBy: "two who look at once both see; when one ends, the other goes on",
    spoil(sound) {
      const told = new Set<unknown>();
      let looking = 0;
      return {
        async *discover(o) {
          looking += 1;
          try {
            for await (const sighting of sound.discover(o)) {
              if (looking > 1 && told.has(sighting.peer)) continue;
              told.add(sighting.peer);
              yield sighting;
            }
          } finally {
            looking -= 1;
          }
        },
      };
    },
  },
  {
    flaw: "names another source",
    caughtBy: wellFormed,
    spoil: changed((sighting) => ({ ...sighting, source: "somewhere" })),
  },
  {
    flaw: "tells a peer id of another shape",
    caughtBy: wellFormed,
    spoil: changed((sighting) => ({ ...sighting, peer: sighting.peer?.toUpperCase() ?? "" })),
  },
  {
    flaw: "tells addresses of any length",
    caughtBy: wellFormed,
    spoil: changed(({ addresses, ...sighting }) => ({
      ...sighting,
      addresses: [...addresses, { transport: "memory", value: "x".repeat(1_025) }],
    })),
  },
  {
    flaw: "tells another address than the peer has",
    caughtBy: "who is there is sighted by who looks, at the addresses it has",
    spoil: changed((sighting) => ({ ...sighting, addresses: [{ transport: "memory", value: "elsewhere" }] })),
  },
  {
    flaw: "remembers who left",
    caughtBy: "who left in order is not sighted by who looks afterwards",
    spoil(sound) {
      const known = new Map<unknown, Sighting>();
      return {
        async *discover(o) {
          yield* known.values();
          for await (const sighting of sound.discover(o)) {
            known.set(sighting.peer, sighting);
            yield sighting;
          }
        },
      };
    },
  },
  {
    flaw: "keeps whatever it hears for who does not read on",
    caughtBy: "what waits for who does not read on is bounded",
    spoil: (sound) => ({
      async *discover(o) {
        for await (const sighting of sound.discover(o))
          for (let copies = 0; copies < 2_000 && !o.signal.aborted; copies += 1) yield sighting;
      },
    }),
  },
] satisfies readonly FlawedDiscoverySource[]);
