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
  /** Chooses the checks; what is not claimed is not tested. */
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
  runner.describe("store conformance", () => {
    for (const check of storeChecks) {
      if (check.needs === undefined || capabilities[check.needs])
        runner.it(check.promise, () => runStoreCheck(check, create));
    }
  });
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
