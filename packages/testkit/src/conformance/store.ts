import { chooseChecks, registerChecks } from "./choice.ts";
import type { ConformanceRunner } from "./runner.ts";
import type { StoreCapabilities, StoreCheck, StoreHarness } from "./store-check.ts";
import { contentChecks } from "./store-content-checks.ts";
import { lifeChecks } from "./store-life-checks.ts";
import { orderChecks } from "./store-order-checks.ts";

export type { StoreCapabilities, StoreCheck, StoreHarness } from "./store-check.ts";

/** Every promise of the `Store` port, as data. */
export const storeChecks: readonly StoreCheck[] = Object.freeze([...contentChecks, ...orderChecks, ...lifeChecks]);

export interface StoreConformanceOptions {
  readonly runner: ConformanceRunner;
  /** Makes an empty, opened store for one check. */
  create(): Promise<StoreHarness>;
  /** Chooses the checks; what is not claimed is skipped, with the text that stands for it as the reason. */
  readonly capabilities: StoreCapabilities;
}

/**
 * Registers a test for every promise of the `Store` port.
 *
 * ```ts
 * storeConformance({ runner: { describe, it }, capabilities: { reopen: false, full: false },
 *   create: async () => ({ store: memoryStore(), dispose: async () => {} }) });
 * ```
 */
export function storeConformance({ runner, create, capabilities }: StoreConformanceOptions): void {
  const choice = chooseChecks(storeChecks, capabilities);
  registerChecks(runner, "store conformance", choice, (check) => runStoreCheck(check, create));
}

/** Runs one check on a store of its own. Rejects where the promise is broken. */
export async function runStoreCheck(check: StoreCheck, create: () => Promise<StoreHarness>): Promise<void> {
  const harness = await create();
  try {
    await check.run(harness);
  } finally {
    await harness.dispose();
  }
}
