import * as z from "zod";
import { bytesOf, hexOf } from "../hashing/domains.ts";
import type { Hash } from "../model/hex.ts";
import { chainLimits } from "../model/limits.ts";
import { shortIdBytes } from "./short-ids.ts";
import { syncLimits } from "./sync-limits.ts";

const { sealedHeaderBytes, bodyBytes, transactionBytes } = chainLimits;

/** Bytes of at most, or exactly, so many. Lengths are checked before anything is read. */
export const bytes = (least: number, most = least) =>
  z.custom<Uint8Array>(
    (value) => value instanceof Uint8Array && value.length >= least && value.length <= most,
    `${least} to ${most} bytes`,
  );
export const id = bytes(32);
/** So many of these. Zod's own limits of an array ask whatever has a `length`, arrays or not, and throw where that compares to nothing. */
export const listOf = <Item extends z.ZodType>(item: Item, least: number, most: number) =>
  z.array(item).refine(({ length }) => length >= least && length <= most, `${least} to ${most} entries`);
/** At most so many things of one length, one behind the other. */
const runOf = (size: number, most: number) => bytes(0, size * most).refine(({ length }) => length % size === 0);
const sealedHeader = bytes(sealedHeaderBytes);

/**
 * What nodes tell each other unasked. `tip`: the end of my chain: at once when it moves, then with `short`, beginnings of the full ids
 * of its transactions; and at each beat, then with `pool`, a fingerprint of what waits. `have`: full ids of transactions that may be asked for.
 */
const tipSchema = z.strictObject({
  kind: z.literal("tip"),
  header: sealedHeader,
  pool: bytes(8).optional(),
  short: runOf(shortIdBytes, syncLimits.shortIds).optional(),
});
const haveSchema = z.strictObject({ kind: z.literal("have"), ids: listOf(id, 1, syncLimits.announcedIds) });
/** Headers behind the first id that both know, at most so many. */
const getHeadersSchema = z.strictObject({
  kind: z.literal("getHeaders"),
  locator: listOf(id, 1, syncLimits.locatorIds),
  most: z.int().min(1).max(syncLimits.headersPerAnswer).default(syncLimits.headersPerAnswer),
});
const getBodiesSchema = z.strictObject({
  kind: z.literal("getBodies"),
  ids: listOf(id, 1, syncLimits.bodiesPerRequest),
});
const getTransactionsSchema = z.strictObject({
  kind: z.literal("getTransactions"),
  ids: listOf(id, 1, syncLimits.transactionsPerRequest),
});

/** Two sealed headers of one producer for one turn, one behind the other. */
const equivocationSchema = z.strictObject({ kind: z.literal("equivocation"), headers: bytes(2 * sealedHeaderBytes) });

const ownKinds = [
  tipSchema,
  haveSchema,
  getHeadersSchema,
  getBodiesSchema,
  getTransactionsSchema,
  equivocationSchema,
] as const;
const ownSchema = z.discriminatedUnion("kind", ownKinds);

export const headersAnswer = z.strictObject({
  kind: z.literal("headers"),
  /** Of 254 bytes each, one behind the other. */
  headers: runOf(sealedHeaderBytes, syncLimits.headersPerAnswer),
});
export const bodiesAnswer = z.strictObject({
  kind: z.literal("bodies"),
  /** In the order of the request; null: not here. Shorter than the request where the rest would make it too large. */
  bodies: listOf(bytes(2, bodyBytes).nullable(), 0, syncLimits.bodiesPerRequest),
});
export const transactionsAnswer = z.strictObject({
  kind: z.literal("transactions"),
  transactions: listOf(bytes(1, transactionBytes), 0, syncLimits.transactionsPerRequest),
});
const answerKinds = [headersAnswer, bodiesAnswer, transactionsAnswer] as const;
export const answerSchema = z.discriminatedUnion("kind", answerKinds);
export type ChainAnswer = z.infer<typeof answerSchema>;

const kindsOf = (schemas: readonly { readonly shape: { readonly kind: z.ZodLiteral<string> } }[]) =>
  new Set(schemas.flatMap(({ shape }) => [...shape.kind.values]));
const known: ReadonlySet<string> = kindsOf(ownKinds);
const answers: ReadonlySet<string> = kindsOf(answerKinds);

/** Of a kind that this version does not have, or an answer to no question: nothing of it is read. */
const strayKind = z
  .looseObject({ kind: z.string().max(64) })
  .refine(({ kind }) => !known.has(kind))
  .transform(({ kind }) => ({ kind: answers.has(kind) ? ("unasked" as const) : ("unknown" as const) }));

export const messageSchema = z.union([ownSchema, strayKind]);
export type ChainMessage = z.infer<typeof messageSchema>;
/** What a message says of itself. */
export type OwnMessage = z.infer<typeof ownSchema>;

export const channelName = "chain/1";

export function packIds(ids: readonly Hash[]): Uint8Array[] {
  return ids.map((each) => bytesOf(each));
}

export function unpackIds(ids: readonly Uint8Array[]): Hash[] {
  return ids.map((each) => hexOf(each));
}
