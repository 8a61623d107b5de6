export type { ConformanceRunner } from "./runner.ts";
export {
  runStoreCheck,
  type StoreCapabilities,
  type StoreCheck,
  type StoreConformanceOptions,
  type StoreHarness,
  storeChecks,
  storeConformance,
} from "./store.ts";
