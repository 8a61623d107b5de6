import type { Store, StoreOperation } from "@swarm-space/core";

/**
 * A store whose writes can be watched, refused, or the last thing that a node ever did.
 * @param before asked before each batch, the first one being number 0: its throw refuses the batch, and while it does not settle
 *   nothing is written
 */
export function watchedStore(
  store: Store,
  before: (operations: readonly StoreOperation[], index: number, o: { readonly durable: boolean }) => Promise<void>,
): Store {
  let index = 0;
  return {
    durable: store.durable,
    namespace: (name) => store.namespace(name),
    close: () => store.close(),
    async batch(operations, o) {
      await before(operations, index++, o);
      await store.batch(operations, o);
    },
  };
}
