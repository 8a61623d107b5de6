import {
  type Clock,
  type Store,
  type StoreNamespace,
  type StoreOperation,
  type StoreRange,
  SwarmError,
} from "@swarm-space/core";
import type { SeededRandom } from "../random/seeded-random.ts";
import type { VirtualDisk } from "./virtual-disk.ts";

export interface DiskStoreOptions {
  readonly disk: VirtualDisk;
  /** The node's own clock: a write under way when the node dies never resolves. */
  readonly clock: Clock;
  readonly random: SeededRandom;
  /** Longest sync, in milliseconds. Default 4. */
  readonly syncMs?: number;
}

interface Waiting {
  readonly operations: readonly StoreOperation[];
  readonly durable: boolean;
  readonly settle: PromiseWithResolvers<void>;
}

/** A durable store of one run of a node, on a disk that outlives it. Batches of one turn share a sync. */
export function diskStore(o: DiskStoreOptions): Store {
  const { disk, clock, random, syncMs = 4 } = o;
  let waiting: Waiting[] = [];
  let timer: Disposable | undefined;
  let closed = false;

  const checkOpen = () => {
    if (closed) throw new SwarmError("STORE_CLOSED", "the disk is closed");
  };
  const flush = () => {
    timer = undefined;
    const group = waiting;
    waiting = [];
    if (group.some(({ durable }) => durable)) disk.sync();
    for (const { settle } of group) settle.resolve();
  };
  const batch: Store["batch"] = async (operations, { durable }) => {
    checkOpen();
    if (disk.full && operations.some(({ type }) => type === "put")) {
      disk.counters.refused++;
      throw new SwarmError("STORE_FULL", "the disk is full");
    }
    disk.append(operations.map((each) => (each.type === "put" ? { ...each, value: each.value.slice() } : each)));
    const settle = Promise.withResolvers<void>();
    waiting.push({ operations, durable, settle });
    timer ??= clock.timer(0.2 + random.float() * syncMs, flush);
    await settle.promise;
  };
  const namespace = (name: string): StoreNamespace => ({
    get: async (key) => {
      checkOpen();
      return disk.part(name).get(key)?.slice();
    },
    put: (key, value) => batch([{ type: "put", namespace: name, key, value }], { durable: false }),
    delete: (key) => batch([{ type: "delete", namespace: name, key }], { durable: false }),
    range: (range) => read(disk.part(name), range),
  });
  return {
    durable: true,
    open: async ({ signal }) => {
      signal.throwIfAborted();
      closed = false;
    },
    namespace,
    batch,
    close: async () => {
      closed = true;
      timer?.[Symbol.dispose]();
      disk.sync();
      flush();
    },
  };
}

async function* read(
  part: ReadonlyMap<string, Uint8Array>,
  { gte = "", lt, limit = Number.POSITIVE_INFINITY, reverse = false }: StoreRange = {},
): AsyncGenerator<readonly [string, Uint8Array]> {
  const keys = [...part.keys()].filter((key) => key >= gte && (lt === undefined || key < lt)).sort();
  for (const key of (reverse ? keys.reverse() : keys).slice(0, limit)) {
    const value = part.get(key);
    if (value !== undefined) yield [key, value.slice()];
  }
}
