import { type ConformanceForm, chooseChecks, registerChecks } from "./choice.ts";
import { type ConformanceRunner, runOn } from "./runner.ts";
import type { TransportCapabilities, TransportCheck, TransportHarness } from "./transport-check.ts";
import { transportCloseChecks } from "./transport-close-checks.ts";
import { transportDialChecks } from "./transport-dial-checks.ts";
import { transportFlowChecks } from "./transport-flow-checks.ts";
import { transportFrameChecks } from "./transport-frame-checks.ts";
import { transportHonestyChecks } from "./transport-honesty-checks.ts";
import { transportLifeChecks } from "./transport-life-checks.ts";
import { transportMeetingChecks } from "./transport-meeting-checks.ts";
import { TransportStage } from "./transport-stage.ts";

export type {
  TransportCapabilities,
  TransportCheck,
  TransportHarness,
  TransportLimits,
  TransportNode,
} from "./transport-check.ts";

/** Every promise of the `Transport` port, as data. */
export const transportChecks: readonly TransportCheck[] = Object.freeze([
  ...transportLifeChecks,
  ...transportDialChecks,
  ...transportMeetingChecks,
  ...transportFrameChecks,
  ...transportFlowChecks,
  ...transportCloseChecks,
  ...transportHonestyChecks,
]);

export interface TransportConformanceOptions {
  readonly runner: ConformanceRunner;
  /** Makes the place for one check. */
  create(): TransportHarness | Promise<TransportHarness>;
  /** Chooses the checks. What is not claimed is skipped, with the text that stands for it as the reason. */
  readonly capabilities: TransportCapabilities;
  /** Default "whole". */
  readonly form?: ConformanceForm;
}

/**
 * Registers a test for every promise of the `Transport` port.
 *
 * ```ts
 * transportConformance({ runner: { describe, it }, create: () => myHarness(), capabilities });
 * ```
 */
export function transportConformance({ runner, create, capabilities, form }: TransportConformanceOptions): void {
  const choice = chooseChecks(transportChecks, capabilities, form);
  registerChecks(runner, "transport conformance", choice, (check) => runTransportCheck(check, create));
}

/** Runs one check on a place of its own. Rejects where the promise is broken. */
export async function runTransportCheck(
  check: TransportCheck,
  create: () => TransportHarness | Promise<TransportHarness>,
): Promise<void> {
  const stage = new TransportStage(await create());
  await runOn(stage, () => check.run(stage));
}
