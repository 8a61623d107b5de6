export { type MemoryStoreOptions, memoryStore } from "./memory-store.ts";
export { type Moment, RowKeeper, type RowKeeperParts } from "./row-keeper.ts";
export {
  type CheckedRange,
  checkDurable,
  checkKey,
  checkNamespaceName,
  checkRange,
  copyOperations,
  copyValue,
  isEmptyRange,
} from "./store-checks.ts";
export { StoreLifecycle, type StoreMedium } from "./store-lifecycle.ts";
export { storeLimits } from "./store-limits.ts";
export { WriteQueue, type WriteQueueOptions } from "./write-queue.ts";
