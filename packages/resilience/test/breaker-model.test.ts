import type { Outcome, OutcomeKind, Permit } from "@swarm-space/core";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Safeguards } from "../src/safeguards.ts";
import { isPermit, startAblated, startNode, type TestNode, way } from "./node.ts";
import { ReferenceBreaker, type ReferencePermit } from "./reference-breaker.ts";

const names = { shut: "closed", broken: "open", trying: "half-open" } as const;
const jumpsMs = [1, 999, 2_000, 16_000, 29_999, 30_000, 59_999, 60_000, 300_000, 86_400_000] as const;
const endings: readonly OutcomeKind[] = [
  "connected",
  "refused",
  "accepted",
  "silent",
  "absent",
  "cancelled",
  "lost",
  "refused",
];
const target = way("p");

/** Runs one sequence of commands on both; each byte is a command, its high bits choose among its cases. */
function disagreement(node: TestNode, commands: Uint8Array): string | undefined {
  const reference = new ReferenceBreaker();
  const flying: { readonly real: Permit; readonly told: ReferencePermit }[] = [];
  for (const [step, command] of commands.entries()) {
    const choice = command >> 3;
    const now = node.clock.ms;
    switch (command & 7) {
      case 0:
      case 1: {
        const real = node.guard.admit(target);
        const told = reference.ask(now);
        if (isPermit(real) !== (told !== undefined)) return `step ${step}: admitted ${isPermit(real)}`;
        if (isPermit(real) && told !== undefined) flying.push({ real, told });
        break;
      }
      // Any permit in flight may end, also the oldest: a stale result. Those never chosen hang.
      case 2:
      case 3:
      case 4: {
        const [pair] = flying.splice(choice % (flying.length || 1), 1);
        const kind = endings[choice % endings.length] ?? "refused";
        if (pair !== undefined) tell(node, reference, kind, pair);
        break;
      }
      case 5:
        tell(
          node,
          reference,
          (["silent", "accepted", "inbound", "refused", "connected"] as const)[choice % 5] ?? "silent",
        );
        break;
      case 6:
        node.clock.ms += jumpsMs[choice % jumpsMs.length] ?? 1;
        node.clock.wallMs += choice % 2 === 0 ? 86_400_000 : -86_400_000;
        break;
      case 7:
        if (choice % 8 === 0) {
          node.resilience.forceReset();
          reference.become("shut");
        } else tell(node, reference, "refused");
    }
    reference.tick(node.clock.ms);
    const state = node.resilience.getState("p");
    const is = state === undefined ? "closed" : state.state;
    if (is !== names[reference.mode]) return `step ${step}: ${is}, expected ${names[reference.mode]}`;
    if ((state?.failures ?? 0) !== reference.count)
      return `step ${step}: ${state?.failures} failures, expected ${reference.count}`;
  }
  return undefined;
}

function tell(
  node: TestNode,
  reference: ReferenceBreaker,
  kind: OutcomeKind,
  pair?: { real: Permit; told: ReferencePermit },
): void {
  const outcome: Outcome = { kind, way: target, ...(pair === undefined ? {} : { permit: pair.real }) };
  node.guard.record(outcome);
  const now = node.clock.ms;
  if (kind === "refused" || kind === "silent") reference.fail(now, kind === "silent", pair?.told);
  else if (kind === "connected" || kind === "accepted") reference.succeed(now, kind === "accepted", pair?.told);
  else if (kind === "inbound") reference.proof(now);
  else reference.end(pair?.told);
}

const sequences = fc.uint8Array({ minLength: 1, maxLength: 60, size: "max" });

it("does what the reference does, in 100,000 sequences of commands", () => {
  fc.assert(
    fc.property(sequences, (commands) => {
      expect(disagreement(startNode(), commands)).toBeUndefined();
    }),
    { numRuns: 100_000 },
  );
}, 60_000);

it.each<keyof Safeguards>([
  "probeLimit",
  "probeTimeout",
  "staleResults",
  "lastingCount",
  "silenceLasts",
  "proofOfLife",
])("ablation: without %s the reference disagrees", (guard) => {
  const result = fc.check(
    fc.property(sequences, (commands) => disagreement(startAblated({ [guard]: false }), commands) === undefined),
    { numRuns: 20_000, endOnFailure: true, seed: 7 },
  );
  expect(result.failed).toBe(true);
});
