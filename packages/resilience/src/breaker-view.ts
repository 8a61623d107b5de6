import type { Clock, PeerId, TransportId } from "@swarm-space/core";
import type { AdaptiveRoutes } from "./adaptive-routes.ts";
import type { BreakerGuard } from "./breaker-guard.ts";
import type { Breaker, BreakerRegistry } from "./breaker-registry.ts";
import { type BreakerRules, refusalOf, settle } from "./circuit-breaker.ts";
import type {
  CircuitBreakerState,
  ConnectionResilience,
  PeerResilience,
  ResilienceStats,
} from "./connection-resilience.ts";

export interface ViewParts {
  readonly rules: BreakerRules;
  readonly registry: BreakerRegistry;
  readonly guard: BreakerGuard;
  readonly routes: AdaptiveRoutes;
  readonly clock: Clock;
}

/** Best first: a peer is as well off as its best breaker. */
const order = Object.freeze({ closed: 0, "half-open": 1, open: 2 });

/** Reads breakers as they are now; changes none but by `forceReset`. */
export class BreakerView implements ConnectionResilience {
  readonly #parts: ViewParts;

  constructor(parts: ViewParts) {
    this.#parts = parts;
  }

  getStats(): ResilienceStats {
    const counts = { closed: 0, "half-open": 0, open: 0 };
    const now = this.#parts.clock.now();
    for (const breaker of this.#parts.registry.all()) counts[settle(breaker.state, now).kind]++;
    return {
      totalBreakers: counts.closed + counts["half-open"] + counts.open,
      openBreakers: counts.open,
      halfOpenBreakers: counts["half-open"],
      closedBreakers: counts.closed,
    };
  }

  getState(peer: PeerId): PeerResilience | undefined {
    const breakers = this.#ofPeer(peer).map((breaker) => this.#describe(breaker));
    const best = breakers.toSorted((a, b) => order[a.state] - order[b.state] || a.failures - b.failures)[0];
    return best === undefined ? undefined : { ...best, peerId: peer, breakers };
  }

  getOpenBreakers(): readonly CircuitBreakerState[] {
    return [...this.#parts.registry.all()]
      .map((breaker) => this.#describe(breaker))
      .filter(({ state }) => state === "open");
  }

  canAttemptConnection(peer: PeerId, transport?: TransportId): boolean {
    const tried = this.#ofPeer(peer).filter(
      (breaker) => transport === undefined || breaker.subject.transport === transport,
    );
    const now = this.#parts.clock.now();
    return (
      tried.length === 0 || tried.some((breaker) => refusalOf(this.#parts.rules, breaker.state, now) === undefined)
    );
  }

  forceReset(peer?: PeerId): number {
    const chosen = peer === undefined ? [...this.#parts.registry.all()] : this.#ofPeer(peer);
    for (const breaker of chosen) this.#parts.guard.reset(breaker);
    return chosen.length;
  }

  getReliability(transport: TransportId, peer?: PeerId): number {
    return peer === undefined ? this.#parts.routes.score(transport) : this.#parts.routes.peerScore(peer, transport);
  }

  #ofPeer(peer: PeerId): Breaker[] {
    const found: Breaker[] = [];
    for (const breaker of this.#parts.registry.all()) {
      if ("peer" in breaker.subject && breaker.subject.peer === peer) found.push(breaker);
    }
    return found;
  }

  #describe({ subject, state }: Breaker): CircuitBreakerState {
    const now = this.#parts.clock.now();
    const settled = settle(state, now);
    const refusal = refusalOf(this.#parts.rules, settled, now);
    return {
      ...("peer" in subject
        ? { peerId: subject.peer }
        : subject.rendezvous === ""
          ? {}
          : { rendezvous: subject.rendezvous }),
      transport: subject.transport,
      state: settled.kind,
      failures: settled.failures,
      ...(settled.lastFailureAt === undefined ? {} : { lastFailure: settled.lastFailureAt }),
      successesInHalfOpen: settled.kind === "half-open" ? settled.successes : 0,
      ...(refusal === undefined ? {} : { retryAt: refusal.retryAt }),
    };
  }
}
