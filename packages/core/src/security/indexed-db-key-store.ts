import { SwarmError } from "../errors/index.ts";
import type { IdentityKeyStore } from "./webcrypto-identity.ts";

const storeName = "keys";
const keyName = "identity";

/**
 * Keeps the identity's key pair in IndexedDB, which stores key objects without showing their bytes.
 * @param databaseName another name is another identity. Default "swarm-space-identity"
 */
export function indexedDbKeyStore(
  databaseName = "swarm-space-identity",
  factory: IDBFactory | undefined = globalThis.indexedDB,
): IdentityKeyStore {
  const transact = async <Result>(
    database: IDBDatabase,
    mode: IDBTransactionMode,
    work: (keys: IDBObjectStore) => Promise<Result>,
  ): Promise<Result> => {
    try {
      const transaction = database.transaction(storeName, mode, { durability: "strict" });
      const [result] = await Promise.all([work(transaction.objectStore(storeName)), ended(transaction)]);
      return result;
    } finally {
      database.close();
    }
  };
  const run = async <Result>(
    mode: IDBTransactionMode,
    work: (keys: IDBObjectStore) => Promise<Result>,
  ): Promise<Result> => {
    if (factory === undefined) throw new SwarmError("IDENTITY_UNSUPPORTED", "This platform has no IndexedDB.");
    try {
      return await transact(await openDatabase(factory, databaseName), mode, work);
    } catch (cause) {
      throw new SwarmError("STORE_FAILED", "The identity's key could not be kept in IndexedDB.", { cause });
    }
  };
  return {
    load: () => run("readonly", (keys) => answered(keys.get(keyName))),
    keep: (pair) =>
      run("readwrite", async (keys) => {
        const present: unknown = await answered(keys.get(keyName));
        if (present !== undefined) return present;
        await answered(keys.put(pair, keyName));
        return pair;
      }),
  };
}

function openDatabase(factory: IDBFactory, name: string): Promise<IDBDatabase> {
  const request = factory.open(name, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(storeName);
  return answered(request);
}

function answered<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function ended(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
    transaction.onerror = () => reject(transaction.error);
  });
}
