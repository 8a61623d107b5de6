import type { Way } from "@swarm-space/core";

export interface CostRules {
  readonly failurePenaltyMs: number;
  readonly dialPenaltyMs: number;
  readonly relayPenaltyMs: number;
}

/** Of a way that was neither measured nor declared anything. */
const unknownLatencyMs = 200;

/**
 * What a letter is expected to cost on a way, in milliseconds: its round trip, what a failure costs times its chance,
 * and what must be paid first or by others. Lower is better.
 */
export function wayCost(way: Way, reliability: number, rttMs: number | undefined, rules: CostRules): number {
  const latency = rttMs ?? way.capabilities?.latencyClassMs ?? unknownLatencyMs;
  const dial = way.connected ? 0 : rules.dialPenaltyMs;
  const relay = way.capabilities?.direct === false ? rules.relayPenaltyMs : 0;
  return latency + (1 - reliability) * rules.failurePenaltyMs + dial + relay;
}
