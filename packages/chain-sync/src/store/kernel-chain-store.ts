import type { Store, StoreOperation } from "@swarm-space/core";
import { checkBody } from "../chain/block-checks.ts";
import { chainError } from "../chain-error.ts";
import { decodeTransaction, encodeBody, encodeTransaction } from "../codec/transaction-codec.ts";
import { nameTransaction, openBody } from "../hashing/ids.ts";
import type { Block } from "../model/block.ts";
import type { ChainMove, ChainStore, KeptChain, KeptHeader, KeptTransaction } from "../model/chain-store.ts";
import type { BlockId } from "../model/hex.ts";
import type { StateDelta } from "../model/state.ts";
import { heightKey, namespaces, stateNamespaceOf, stateNamespaces } from "./chain-namespaces.ts";
import {
  corrupt,
  decodeDelta,
  decodeKeptHeader,
  decodeMark,
  encodeDelta,
  encodeKeptHeader,
  encodeMark,
  kept,
  schemaOf,
  storeSchema,
} from "./kept-forms.ts";

const markKey = "mark";
const put = (namespace: string, key: string, value: Uint8Array): StoreOperation => ({
  type: "put",
  namespace,
  key,
  value,
});

/**
 * The chain on the kernel's store. Every change of the active chain is one batch: headers, bodies, undo records, state, index and
 * tip stand together or not at all.
 *
 * Nothing that a move needs is left to what was written relaxed before it, for that need not be on the medium when the move is:
 * `durability` of IndexedDB 3.0 is a hint for one transaction and says nothing of those before it; and LevelDB, on which Chromium
 * keeps it, begins a new log without flushing the old one (`DBImpl::MakeRoomForWrite`), so that a flushed write can outlive an
 * older one. What is lost of the relaxed ones is fetched again.
 * @param genesis of the network: a store of another one is refused
 */
export function kernelChainStore(store: Store, genesis: BlockId): ChainStore {
  const part = (name: string) => store.namespace(name);
  return {
    async load() {
      const bytes = await part(namespaces.chain).get(markKey);
      if (bytes === undefined) return undefined;
      const schema = schemaOf(bytes);
      if (schema > storeSchema) throw chainError("CHAIN_STORE_NEWER", `The chain was kept in schema ${schema}.`);
      const { genesis: found, tip } = decodeMark(bytes);
      if (found !== genesis) throw chainError("CHAIN_STORE_FOREIGN", `The store holds the chain of genesis ${found}.`);
      return { tip, headers: await readHeaders(store), state: await readState(store) } satisfies KeptChain;
    },
    putHeaders: (headers) => store.batch(headers.map(headerOperation), { durable: false }),
    putBody: ({ id, sealed, transactions }) =>
      store.batch([headerOperation({ id, sealed, status: "body" }), bodyOperation(id, transactions)], {
        durable: false,
      }),
    async body({ id, sealed }) {
      const bytes = await part(namespaces.blocks).get(id);
      if (bytes === undefined) return undefined;
      const transactions = kept("body", openBody(bytes));
      if (!checkBody(sealed.header, transactions).ok) throw corrupt("body", `it is not the one of ${id}`);
      return transactions;
    },
    async undo(id) {
      const bytes = await part(namespaces.undo).get(id);
      return bytes === undefined ? undefined : decodeDelta(bytes);
    },
    async activeAt(height) {
      const bytes = await part(namespaces.activeChain).get(heightKey(height));
      return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
    },
    move: (move, o) => store.batch(operationsOf(move, genesis), o),
    async pooled() {
      const found: KeptTransaction[] = [];
      for await (const [, bytes] of part(namespaces.transactionPool).range()) {
        const decoded = decodeTransaction(bytes.subarray(1));
        if (decoded.ok) found.push({ ...nameTransaction(decoded.value), isLocal: bytes[0] === 1 });
      }
      return found;
    },
    async putPooled(added, removed) {
      const { transactionPool: namespace } = namespaces;
      const operations: StoreOperation[] = [
        ...removed.map((key): StoreOperation => ({ type: "delete", namespace, key })),
        ...added.map((each) => put(namespace, each.id, pooledBytes(each))),
      ];
      // What its owner submitted here is nowhere else yet, and its nonce must not be given out twice.
      const durable = added.some(({ isLocal }) => isLocal);
      if (operations.length > 0) await store.batch(operations, { durable });
    },
  };
}

/** Whether it was submitted here, and the transaction. */
function pooledBytes({ transaction, isLocal }: KeptTransaction): Uint8Array {
  return Uint8Array.of(isLocal ? 1 : 0, ...encodeTransaction(transaction));
}

function headerOperation(header: KeptHeader): StoreOperation {
  return put(namespaces.headers, `${heightKey(header.sealed.header.height)}/${header.id}`, encodeKeptHeader(header));
}

function bodyOperation(id: BlockId, transactions: Block["transactions"]): StoreOperation {
  return put(namespaces.blocks, id, encodeBody(transactions.map(({ transaction }) => transaction)));
}

/** Net: a key that many blocks wrote is written once. */
function operationsOf(
  { disconnected, connected, tip, returned }: ChainMove,
  genesis: BlockId,
): readonly StoreOperation[] {
  const state = new Map<string, Uint8Array | undefined>();
  const active = new Map<string, BlockId | undefined>();
  const operations: StoreOperation[] = [];
  for (const { height, undo } of disconnected) {
    for (const [key, value] of undo) state.set(key, value);
    active.set(heightKey(height), undefined);
  }
  for (const { block, delta, undo } of connected) {
    for (const [key, value] of delta) state.set(key, value);
    active.set(heightKey(block.sealed.header.height), block.id);
    operations.push(
      headerOperation({ id: block.id, sealed: block.sealed, status: "valid" }),
      bodyOperation(block.id, block.transactions),
      put(namespaces.undo, block.id, encodeDelta(undo)),
    );
  }
  const encoder = new TextEncoder();
  for (const [key, id] of active)
    operations.push(setOperation(namespaces.activeChain, key, id === undefined ? undefined : encoder.encode(id)));
  for (const [key, value] of state) operations.push(setOperation(stateNamespaceOf(key), key, value));
  for (const each of returned)
    operations.push(put(namespaces.transactionPool, each.id, pooledBytes({ ...each, isLocal: false })));
  operations.push(put(namespaces.chain, markKey, encodeMark({ schema: storeSchema, genesis, tip })));
  return operations;
}

function setOperation(namespace: string, key: string, value: Uint8Array | undefined): StoreOperation {
  return value === undefined ? { type: "delete", namespace, key } : put(namespace, key, value);
}

/** Keys begin with the height, so parents come before their children. */
async function readHeaders(store: Store): Promise<readonly KeptHeader[]> {
  const headers: KeptHeader[] = [];
  for await (const [key, bytes] of store.namespace(namespaces.headers).range()) {
    const header = decodeKeptHeader(bytes);
    if (!key.endsWith(header.id)) throw corrupt("header", `it is not the one of ${key}`);
    headers.push(header);
  }
  return headers;
}

async function readState(store: Store): Promise<StateDelta> {
  const state = new Map<string, Uint8Array>();
  for (const name of stateNamespaces) {
    for await (const [key, value] of store.namespace(name).range()) state.set(key, value);
  }
  return state;
}
