/**
 * Suites for whoever replaces a consensus, a fork choice or a state machine.
 *
 * ```ts
 * import { longestValid } from "@swarm-space/chain-sync";
 * import { forkChoiceConformance } from "@swarm-space/chain-sync/conformance";
 * import { describe, it } from "vitest";
 *
 * forkChoiceConformance({ runner: { describe, it }, create: () => longestValid });
 * ```
 */
export { type ConsensusSubject, consensusChecks, consensusConformance, type Producer } from "./consensus.ts";
export { forkChoiceChecks, forkChoiceConformance } from "./fork-choice.ts";
export { type StateMachineSubject, stateMachineChecks, stateMachineConformance } from "./state-machine.ts";
export type { ConformanceCheck, ConformanceOptions, ConformanceRunner } from "./suite.ts";
