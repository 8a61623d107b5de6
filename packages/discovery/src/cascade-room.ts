import type { Clock, Discovery, DiscoveryStatus, PeerId, Random, SourceStatus } from "@swarm-space/core";
import {
  advance,
  type CascadeRules,
  type CascadeState,
  type CascadeView,
  dueAt,
  firstState,
} from "./discovery-cascade.ts";
import type { Sought } from "./sought.ts";
import type { SourceDesk } from "./source-desk.ts";

export interface CascadeParts {
  readonly rules: CascadeRules;
  readonly seekMs: number;
  readonly clock: Clock;
  readonly random: Random;
  /** In the order of the cascade. */
  readonly desks: () => readonly SourceDesk[];
  readonly sought: Sought;
  /** Peers that count towards `enough`. */
  readonly connected: () => number;
  /** Somebody of whom these sources told is still to be tried. */
  readonly isHopeful: (sources: readonly string[]) => boolean;
}

/** Runs the cascade: steps it when something changed or is due, and opens and closes the desks as it says. */
export class CascadeRoom implements Pick<Discovery, "seek" | "status"> {
  readonly #parts: CascadeParts;
  #state: CascadeState | undefined;
  #timer: Disposable | undefined;

  constructor(parts: CascadeParts) {
    this.#parts = parts;
  }

  open(): void {
    this.#state = firstState(this.#parts.clock.now());
    this.step();
  }

  close(): void {
    this.#state = undefined;
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    for (const desk of this.#parts.desks()) desk.close();
  }

  seek(peer: PeerId): void {
    const { sought, clock, seekMs } = this.#parts;
    if (sought.add(peer, clock.now() + seekMs)) this.step();
  }

  /** Something may have changed. */
  step(): void {
    if (this.#state === undefined) return;
    const { rules, desks, clock, sought } = this.#parts;
    let before: CascadeState;
    do {
      before = this.#state;
      this.#state = advance(before, this.#view(before), rules);
    } while (this.#state !== before);
    this.#apply(this.#state);
    const now = clock.now();
    const due = dueAt(this.#state, desks().length) ?? Number.POSITIVE_INFINITY;
    const giveUp = sought.lasts(now) ?? Number.POSITIVE_INFINITY;
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    const waitMs = Math.min(due, giveUp) - now;
    if (Number.isFinite(waitMs)) this.#timer = clock.timer(Math.max(1, waitMs), () => this.step());
  }

  status(): DiscoveryStatus {
    const { rules, desks } = this.#parts;
    const connected = this.#parts.connected();
    const why = `too few peers: ${connected} of ${rules.enough}`;
    const sources = desks().map((desk, at) => desk.status(this.#idle(at), why));
    return { connected, enough: rules.enough, sources };
  }

  #view(state: CascadeState): CascadeView {
    const { clock, random, desks, connected, sought, isHopeful } = this.#parts;
    const asked = desks().slice(0, state.kind === "looking" ? state.asked : 0);
    return {
      now: clock.now(),
      chance: random.float(),
      sources: desks().length,
      connected: connected(),
      isSeeking: sought.lasts(clock.now()) !== undefined,
      isSpent: asked.every((desk) => desk.isSilent) && !isHopeful(asked.map(({ id }) => id)),
    };
  }

  #apply(state: CascadeState): void {
    const asked = state.kind === "looking" ? state.asked : 0;
    const { rules } = this.#parts;
    for (const [at, desk] of this.#parts.desks().entries()) {
      if (at < asked) desk.open();
      else if (state.kind === "resting") desk.close(`enough peers: ${rules.enough}; it goes on when they are fewer`);
      else if (state.kind === "waiting") desk.close("too few peers; the cascade is about to begin");
      else desk.close("its turn comes when the sources before it have found too few");
    }
  }

  #idle(at: number): Pick<SourceStatus, "state" | "resumesAt"> {
    const state = this.#state;
    if (state === undefined) return { state: "waiting" };
    if (state.kind === "resting") return { state: "resting" };
    const next = state.kind === "waiting" ? 0 : state.asked;
    const resumesAt = state.kind === "waiting" ? state.until : state.nextAt;
    return at === next ? { state: "waiting", resumesAt } : { state: "waiting" };
  }
}
