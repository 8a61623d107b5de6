import type { PeerId, TransportId } from "@swarm-space/core";
import { BoundedMap } from "./bounded-map.ts";
import { atRest, type BreakerState } from "./circuit-breaker.ts";

/** Whom a breaker watches: a peer on a transport, or a rendezvous of a transport ("" where it has none). */
export type Subject =
  | { readonly transport: TransportId; readonly peer: PeerId }
  | { readonly transport: TransportId; readonly rendezvous: string };

export interface Breaker {
  readonly key: string;
  readonly subject: Subject;
  state: BreakerState;
}

/** The length makes it unambiguous whatever the names hold. */
export function keyOf(subject: Subject): string {
  const name = "peer" in subject ? `p${subject.peer}` : `r${subject.rendezvous}`;
  return `${subject.transport.length}:${subject.transport}${name}`;
}

/** At rest goes first, then what has failed a little, then what is open. */
function rankOf(state: BreakerState): number {
  if (state.kind !== "closed") return 2;
  return state.failures > 0 ? 1 : 0;
}

/** The breakers of one node. */
export class BreakerRegistry {
  readonly #breakers: BoundedMap<Breaker>;

  constructor(cap: number) {
    this.#breakers = new BoundedMap(cap, 3);
  }

  find(subject: Subject): Breaker | undefined {
    return this.#breakers.get(keyOf(subject));
  }

  /** Finds it, or makes one at rest. */
  ensure(subject: Subject): Breaker {
    const key = keyOf(subject);
    const found = this.#breakers.get(key);
    if (found !== undefined) return found;
    const made: Breaker = { key, subject, state: atRest };
    this.#breakers.put(key, made, 0);
    return made;
  }

  /** An evicted breaker comes back with its new state. */
  update(breaker: Breaker, state: BreakerState): void {
    const rank = rankOf(state);
    const moved = rank !== rankOf(breaker.state) || this.#breakers.get(breaker.key) !== breaker;
    breaker.state = state;
    if (moved) this.#breakers.put(breaker.key, breaker, rank);
  }

  all(): Iterable<Breaker> {
    return this.#breakers.values();
  }
}
