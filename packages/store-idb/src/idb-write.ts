import type { StoreOperation } from "@swarm-space/core";
import type { IdbDatabase } from "./idb-driver.ts";

/** All operations in one transaction; resolves once it is complete. Awaits nothing else meanwhile, or it would commit too early. */
export async function writeAll(
  database: IdbDatabase,
  names: readonly string[],
  operations: readonly StoreOperation[],
  durability: "strict" | "relaxed",
): Promise<void> {
  const transaction = database.transaction([...names], "readwrite", { durability });
  try {
    for (const operation of operations) {
      const store = transaction.objectStore(operation.namespace);
      const request =
        operation.type === "put" ? store.put(operation.value, operation.key) : store.delete(operation.key);
      // What a request says, the transaction says too.
      request.catch(() => undefined);
    }
  } catch (error) {
    transaction.done.catch(() => undefined);
    if (transaction.error === null) transaction.abort();
    throw transaction.error ?? error;
  }
  await transaction.done;
}
