import type { Refusal } from "@swarm-space/core";
import { backoffMs, spreadMs } from "./backoff.ts";
import type { ResilienceSettings } from "./resilience-config.ts";
import type { Safeguards } from "./safeguards.ts";

/** What a breaker is ruled by. */
export type BreakerRules = Pick<
  ResilienceSettings,
  | "failureThreshold"
  | "openStateTimeout"
  | "halfOpenSuccessThreshold"
  | "maxBackoffMs"
  | "baseBackoffMs"
  | "jitter"
  | "halfOpenProbes"
  | "probeTimeoutMs"
> & { readonly safeguards: Safeguards };

interface Common {
  /** Grows with each change of kind, so that a late result of an older state is known. */
  readonly epoch: number;
  /** Failures since the last success that closed or cleared it; counted on through half-open. */
  readonly failures: number;
  /** Monotonic milliseconds. */
  readonly lastFailureAt?: number;
}
export interface Closed extends Common {
  readonly kind: "closed";
  /** Attempts wait until then: the backoff. */
  readonly retryAt: number;
  /** The last failure was silence, or came behind a handshake: a handshake alone does not forgive it. */
  readonly silent: boolean;
}
export interface Open extends Common {
  readonly kind: "open";
  readonly retryAt: number;
}
export interface HalfOpen extends Common {
  readonly kind: "half-open";
  readonly successes: number;
  /** Attempts in flight, oldest first. A probe past `until` has given its permit back. */
  readonly probes: readonly { readonly id: number; readonly until: number }[];
}
export type BreakerState = Closed | Open | HalfOpen;

export type BreakerInput =
  /** An attempt was admitted; `probe` names it. */
  | { readonly type: "attempt"; readonly probe: number }
  /** An attempt ended. */
  | { readonly type: "return"; readonly probe: number }
  /** `draw` in [0, 1) feeds the jitter. */
  | { readonly type: "failure"; readonly draw: number; readonly silent: boolean }
  /** `heard`: letters were taken, more than a handshake. */
  | { readonly type: "success"; readonly heard: boolean }
  /** Life was seen without an attempt of ours: an inbound handshake, a transport back to ready. */
  | { readonly type: "proof" }
  | { readonly type: "reset" };

/** A breaker that knows nothing yet. */
export const atRest: Closed = Object.freeze({
  kind: "closed",
  epoch: 0,
  failures: 0,
  retryAt: Number.NEGATIVE_INFINITY,
  silent: false,
});

/** The state as it is at `now`: an open breaker whose wait is over is half-open. */
export function settle(state: BreakerState, now: number): BreakerState {
  return state.kind === "open" && now >= state.retryAt ? halfOpen(state) : state;
}

/** Why an attempt may not be made now; undefined: it may. */
export function refusalOf(rules: BreakerRules, before: BreakerState, now: number): Refusal | undefined {
  const state = settle(before, now);
  if (state.kind === "open") return { retryAt: state.retryAt, reason: "breaker open" };
  if (state.kind === "closed") return now < state.retryAt ? { retryAt: state.retryAt, reason: "backoff" } : undefined;
  const inFlight = liveProbes(rules, state, now);
  const first = inFlight[0];
  if (!rules.safeguards.probeLimit || first === undefined || inFlight.length < rules.halfOpenProbes) return undefined;
  return { retryAt: first.until, reason: "probe limit" };
}

/** One step of the machine. Gives `before` itself back where nothing changes. */
export function transition(rules: BreakerRules, before: BreakerState, input: BreakerInput, now: number): BreakerState {
  const state = settle(before, now);
  switch (input.type) {
    case "attempt":
      if (state.kind !== "half-open") return state;
      return {
        ...state,
        probes: [...liveProbes(rules, state, now), { id: input.probe, until: now + rules.probeTimeoutMs }],
      };
    case "return":
      if (state.kind !== "half-open" || !state.probes.some((probe) => probe.id === input.probe)) return state;
      return { ...state, probes: state.probes.filter((probe) => probe.id !== input.probe) };
    case "failure":
      return fail(rules, state, input, now);
    case "success":
      return succeed(rules, state, input.heard);
    case "proof":
      return rules.safeguards.proofOfLife ? revive(state) : state;
    case "reset":
      return { ...atRest, epoch: state.epoch + 1 };
  }
}

function fail(
  rules: BreakerRules,
  state: BreakerState,
  input: { draw: number; silent: boolean },
  now: number,
): BreakerState {
  // While open nothing was admitted: whatever fails now was begun before, and was counted.
  if (state.kind === "open") return state;
  const failures =
    state.kind === "half-open" && !rules.safeguards.lastingCount ? rules.failureThreshold : state.failures + 1;
  const backoff = backoffMs(failures, rules.baseBackoffMs, rules.maxBackoffMs);
  if (state.kind === "closed" && failures < rules.failureThreshold) {
    const retryAt = now + spreadMs(backoff, rules.jitter, input.draw);
    return { kind: "closed", epoch: state.epoch, failures, lastFailureAt: now, retryAt, silent: input.silent };
  }
  const retryAt = now + spreadMs(Math.max(rules.openStateTimeout, backoff), rules.jitter, input.draw);
  return { kind: "open", epoch: state.epoch + 1, failures, lastFailureAt: now, retryAt };
}

function succeed(rules: BreakerRules, state: BreakerState, heard: boolean): BreakerState {
  // Letters taken over a standing connection are as good a proof as an inbound handshake.
  if (state.kind === "open") return heard && rules.safeguards.proofOfLife ? halfOpen(state) : state;
  if (state.kind === "half-open") {
    const successes = state.successes + 1;
    return successes < rules.halfOpenSuccessThreshold ? { ...state, successes } : { ...atRest, epoch: state.epoch + 1 };
  }
  if (state.failures === 0 || (state.silent && !heard && rules.safeguards.silenceLasts)) return state;
  return { ...atRest, epoch: state.epoch };
}

/** Life was seen: the wait is over, but what failed is not forgotten. */
function revive(state: BreakerState): BreakerState {
  if (state.kind === "open") return halfOpen(state);
  return state.kind === "closed" && state.failures > 0 ? { ...state, retryAt: atRest.retryAt } : state;
}

function halfOpen(state: Open): HalfOpen {
  return { ...withoutWait(state), kind: "half-open", epoch: state.epoch + 1, successes: 0, probes: [] };
}

function withoutWait({ retryAt: _over, ...rest }: Open): Omit<Open, "retryAt"> {
  return rest;
}

function liveProbes(rules: BreakerRules, state: HalfOpen, now: number): HalfOpen["probes"] {
  return rules.safeguards.probeTimeout ? state.probes.filter((probe) => now < probe.until) : state.probes;
}
