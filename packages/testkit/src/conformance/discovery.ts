import { type ConformanceForm, chooseChecks, registerChecks } from "./choice.ts";
import type { DiscoveryCapabilities, DiscoveryCheck, DiscoveryHarness } from "./discovery-check.ts";
import { lookChecks } from "./discovery-look-checks.ts";
import { DiscoveryStage } from "./discovery-stage.ts";
import { tellChecks } from "./discovery-tell-checks.ts";
import { type ConformanceRunner, runOn } from "./runner.ts";

export type {
  DiscoveryCapabilities,
  DiscoveryCheck,
  DiscoveryHarness,
  DiscoveryLimits,
  DiscoveryNode,
} from "./discovery-check.ts";

/** Every promise of the `DiscoverySource` port, as data. */
export const discoveryChecks: readonly DiscoveryCheck[] = Object.freeze([...lookChecks, ...tellChecks]);

export interface DiscoveryConformanceOptions {
  readonly runner: ConformanceRunner;
  /** Makes the medium for one check. */
  create(): DiscoveryHarness | Promise<DiscoveryHarness>;
  /** Chooses the checks. What is not claimed is skipped, with the text that stands for it as the reason. */
  readonly capabilities: DiscoveryCapabilities;
  /** Default "whole". */
  readonly form?: ConformanceForm;
}

/** Registers a test for every promise of the `DiscoverySource` port. */
export function discoveryConformance({ runner, create, capabilities, form }: DiscoveryConformanceOptions): void {
  const choice = chooseChecks(discoveryChecks, capabilities, form);
  registerChecks(runner, "discovery conformance", choice, (check) => runDiscoveryCheck(check, create));
}

/** Runs one check on a medium of its own. Rejects where the promise is broken. */
export async function runDiscoveryCheck(
  check: DiscoveryCheck,
  create: () => DiscoveryHarness | Promise<DiscoveryHarness>,
): Promise<void> {
  const stage = new DiscoveryStage(await create());
  await runOn(stage, () => check.run(stage));
}
