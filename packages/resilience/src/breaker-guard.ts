import type {
  BreakerEvent,
  Clock,
  EventBus,
  Guard,
  Outcome,
  Permit,
  Random,
  Refusal,
  TransportId,
  Way,
} from "@swarm-space/core";
import type { Breaker, BreakerRegistry, Subject } from "./breaker-registry.ts";
import { type BreakerInput, type BreakerRules, refusalOf, transition } from "./circuit-breaker.ts";
import { endsDial, type Verdict, verdictsOf } from "./outcome-verdict.ts";

export interface GuardParts {
  readonly rules: BreakerRules;
  readonly registry: BreakerRegistry;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EventBus;
}

/** One breaker an attempt depends on, as it stood when the attempt was admitted. */
interface Hold {
  readonly breaker: Breaker;
  readonly epoch: number;
}

/** Leave to try, tied to the state it was given in. */
class BreakerPermit implements Permit {
  readonly probe: number;
  readonly peer: Hold;
  readonly rendezvous: Hold | undefined;
  readonly #giveBack: (permit: BreakerPermit) => void;
  #ended = false;

  constructor(probe: number, peer: Hold, rendezvous: Hold | undefined, giveBack: (permit: BreakerPermit) => void) {
    this.probe = probe;
    this.peer = peer;
    this.rendezvous = rendezvous;
    this.#giveBack = giveBack;
  }

  get ended(): boolean {
    return this.#ended;
  }

  release(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#giveBack(this);
  }
}

/** Asks the breakers of (peer, transport) and (transport, rendezvous); both must admit. Has no timers. */
export class BreakerGuard implements Guard {
  readonly #parts: GuardParts;
  #attempts = 0;

  constructor(parts: GuardParts) {
    this.#parts = parts;
  }

  admit(way: Way): Permit | Refusal {
    const refusal = this.peek(way);
    if (refusal !== undefined) return refusal;
    const probe = ++this.#attempts;
    const peer = this.#hold(peerOf(way), probe);
    const rendezvous =
      way.rendezvous === undefined ? this.#holdKnown(rendezvousOf(way), probe) : this.#hold(rendezvousOf(way), probe);
    return new BreakerPermit(probe, peer, rendezvous, (permit) => {
      this.#giveBack(permit.peer.breaker, probe);
      if (permit.rendezvous !== undefined) this.#giveBack(permit.rendezvous.breaker, probe);
    });
  }

  peek(way: Way): Refusal | undefined {
    const now = this.#parts.clock.now();
    const peer = this.#refusal(peerOf(way), now);
    const rendezvous = this.#refusal(rendezvousOf(way), now);
    if (peer === undefined || rendezvous === undefined) return peer ?? rendezvous;
    return peer.retryAt >= rendezvous.retryAt ? peer : rendezvous;
  }

  record(outcome: Outcome): void {
    const permit = outcome.permit instanceof BreakerPermit ? outcome.permit : undefined;
    const verdicts = verdictsOf(outcome, () => this.#parts.random.float());
    if (permit === undefined || permit.ended) {
      if (permit !== undefined && endsDial(outcome)) return;
      this.#judge(peerOf(outcome.way), verdicts.peer);
      this.#judge(rendezvousOf(outcome.way), verdicts.rendezvous);
      return;
    }
    // Given back first, so the verdict is the last word; a state that has moved on meanwhile takes none.
    permit.release();
    this.#conclude(permit.peer, verdicts.peer);
    if (permit.rendezvous !== undefined) this.#conclude(permit.rendezvous, verdicts.rendezvous);
    else this.#judge(rendezvousOf(outcome.way), verdicts.rendezvous);
  }

  /** A transport is back: what it could not do before may be tried at once. */
  revive(transport: TransportId): void {
    for (const breaker of [...this.#parts.registry.all()]) {
      if (breaker.subject.transport === transport) this.#apply(breaker, { type: "proof" });
    }
  }

  reset(breaker: Breaker): void {
    const wasTripped = breaker.state.kind !== "closed";
    this.#apply(breaker, { type: "reset" }, wasTripped);
  }

  #refusal(subject: Subject, now: number): Refusal | undefined {
    const breaker = this.#parts.registry.find(subject);
    return breaker === undefined ? undefined : refusalOf(this.#parts.rules, breaker.state, now);
  }

  #hold(subject: Subject, probe: number): Hold {
    const breaker = this.#parts.registry.ensure(subject);
    this.#apply(breaker, { type: "attempt", probe });
    return { breaker, epoch: breaker.state.epoch };
  }

  #holdKnown(subject: Subject, probe: number): Hold | undefined {
    return this.#parts.registry.find(subject) === undefined ? undefined : this.#hold(subject, probe);
  }

  #giveBack({ subject }: Breaker, probe: number): void {
    const breaker = this.#parts.registry.find(subject);
    if (breaker !== undefined) this.#apply(breaker, { type: "return", probe });
  }

  /** Evidence without a permit: of the state as it is now. */
  #judge(subject: Subject, verdict: Verdict): void {
    if (verdict === undefined) return;
    const { registry } = this.#parts;
    const breaker = verdict.type === "failure" ? registry.ensure(subject) : registry.find(subject);
    if (breaker !== undefined) this.#apply(breaker, verdict);
  }

  #conclude(hold: Hold, verdict: Verdict): void {
    if (verdict === undefined) return;
    // One evicted meanwhile comes back with its verdict, unless another stands in its place.
    const breaker = this.#parts.registry.find(hold.breaker.subject) ?? hold.breaker;
    const stale = hold.epoch !== breaker.state.epoch;
    if (!stale || verdict.type === "proof" || !this.#parts.rules.safeguards.staleResults) this.#apply(breaker, verdict);
  }

  #apply(breaker: Breaker, input: BreakerInput, announce = true): void {
    const before = breaker.state;
    const after = transition(this.#parts.rules, before, input, this.#parts.clock.now());
    if (after === before) return;
    this.#parts.registry.update(breaker, after);
    if (!announce || after.epoch === before.epoch) return;
    const name =
      after.kind === "closed" ? "breaker:close" : after.kind === "open" ? "breaker:open" : "breaker:half-open";
    this.#parts.events.emit(name, eventOf(breaker.subject));
  }
}

function eventOf(subject: Subject): BreakerEvent {
  if ("peer" in subject) return { transport: subject.transport, peer: subject.peer };
  return subject.rendezvous === ""
    ? { transport: subject.transport }
    : { transport: subject.transport, rendezvous: subject.rendezvous };
}

function peerOf(way: Way): Subject {
  return { transport: way.transport, peer: way.peer };
}

function rendezvousOf(way: Way): Subject {
  return { transport: way.transport, rendezvous: way.rendezvous ?? "" };
}
