import { decode, encode } from "cborg";
import { type ByteRanges, maxByteRanges } from "./byte-ranges.ts";
import { viewLetters, viewPieceFrame, viewRanges } from "./byte-views.ts";
import {
  maxChannelNameLength,
  maxFrameBytes,
  maxFrameSequences,
  maxReasonLength,
  maxTtlMs,
  windowLetters,
  wireVersion,
} from "./limits.ts";
import { countRanges, maxRanges, type SeqRanges } from "./seq-ranges.ts";

export const itemKind = Object.freeze({
  letter: 1,
  piece: 2,
  accepted: 3,
  handled: 4,
  failed: 5,
  ask: 6,
  unknown: 7,
  ping: 8,
  pong: 9,
  bye: 10,
  skip: 11,
  cancel: 12,
  held: 13,
} as const);

export const letterUse = Object.freeze({ message: 0, request: 1, response: 2 } as const);

export type LetterItem = readonly [
  kind: 1,
  seq: number,
  channel: string,
  use: number,
  ttlMs: number,
  body: Uint8Array,
  order?: number,
  re?: number,
  orderBase?: number,
];
/** Part of a large letter, `bytes` of its body from `offset` on, under the letter's whole head. */
export type PieceItem = readonly [
  kind: 2,
  seq: number,
  channel: string,
  use: number,
  ttlMs: number,
  bytes: Uint8Array,
  order: number,
  re: number,
  orderBase: number,
  offset: number,
  totalBytes: number,
];
export type RangesItem = readonly [kind: 3 | 4 | 6 | 7, ranges: SeqRanges];
export type FailedItem = readonly [kind: 5, seq: number, code: string, text: string];
export type TokenItem = readonly [kind: 8 | 9, token: number];
export type ByeItem = readonly [kind: 10, reason: string];
export type SkipItem = readonly [kind: 11, channel: string, orderBase: number];
export type CancelItem = readonly [kind: 12, seq: number];
/** What the receiver has of a large letter, in ranges of bytes; `all` is 1 where it has nothing else. */
export type HeldItem = readonly [kind: 13, seq: number, ranges: ByteRanges, all: number];
export type FrameItem =
  | LetterItem
  | PieceItem
  | RangesItem
  | FailedItem
  | TokenItem
  | ByeItem
  | SkipItem
  | CancelItem
  | HeldItem;

/** What it says is of letters, which it names by their ranges. */
export function hasRanges(item: FrameItem): item is RangesItem {
  const [kind] = item;
  return kind === itemKind.handled || kind === itemKind.accepted || kind === itemKind.ask || kind === itemKind.unknown;
}

/** A decoded session frame. */
export interface Frame {
  readonly base: number;
  readonly items: readonly FrameItem[];
}

/** Bytes that are no frame; `detail` is for a person. */
export interface FrameRejection {
  readonly rejected: string;
}

/** Bytes that an item adds to a frame beside its body, at most. */
export const itemOverheadBytes = 64;
export const frameOverheadBytes = 16;

/** A session frame (docs/wire.md) of any items. Letters and pieces leave by the shorter way of `FrameWriter`. */
export function encodeFrame(base: number, items: readonly FrameItem[]): Uint8Array {
  return encode([wireVersion, base, ...items]);
}

const decodeOptions = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowBigInt: false,
  allowNaN: false,
  allowInfinity: false,
};

/** Total: any bytes give a frame or a rejection, never a throw. Unknown kinds are left out. */
export function decodeFrame(bytes: Uint8Array): Frame | FrameRejection {
  if (bytes.length > maxFrameBytes) return { rejected: "longer than a frame may be" };
  const view = viewPieceFrame(bytes);
  if (view?.version === wireVersion && view.item[0] === itemKind.piece && isPiece(view.item)) {
    return { base: view.base, items: [view.item] };
  }
  const letters = viewLetters(bytes);
  if (letters?.version === wireVersion && letters.items.every(isLetter)) {
    return { base: letters.base, items: letters.items };
  }
  let value: unknown = viewRanges(bytes);
  try {
    value ??= decode(bytes, decodeOptions);
  } catch {
    return { rejected: "no CBOR" };
  }
  if (!Array.isArray(value)) return { rejected: "no array" };
  const list: readonly unknown[] = value;
  if (list[0] !== wireVersion) return { rejected: "unknown version" };
  const base = list[1];
  if (!isSeq(base)) return { rejected: "base is no sequence" };
  const items: FrameItem[] = [];
  let sequences = 0;
  for (let i = 2; i < list.length; i++) {
    const raw = list[i];
    if (!Array.isArray(raw)) return { rejected: `item ${i - 2} is no array` };
    const kind: unknown = raw[0];
    if (typeof kind !== "number") return { rejected: `item ${i - 2} has no kind` };
    const check = checks[kind];
    if (check === undefined) continue;
    if (!check(raw)) return { rejected: `item ${i - 2} of kind ${kind} is malformed` };
    if (Array.isArray(raw[1])) sequences += countRanges(raw[1]);
    if (sequences > maxFrameSequences) return { rejected: "names more sequences than a frame may" };
    items.push(raw);
  }
  return { base, items };
}

const isSeq = (value: unknown): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
const isText = (value: unknown): value is string => typeof value === "string" && value.length <= maxReasonLength;

/** A channel's name on the wire: 1 to 64 characters of `a-z 0-9 . : / _ -`. */
export function isChannelName(value: unknown): value is string {
  return (
    typeof value === "string" && value.length > 0 && value.length <= maxChannelNameLength && channelPattern.test(value)
  );
}
const channelPattern = /^[a-z0-9.:/_-]+$/;

function isLetter(raw: readonly unknown[]): raw is LetterItem {
  return hasHead(raw);
}

/** The fields that a letter and its pieces have in common. */
function hasHead(raw: readonly unknown[]): boolean {
  return (
    isSeq(raw[1]) &&
    raw[1] > 0 &&
    isChannelName(raw[2]) &&
    isSeq(raw[3]) &&
    isSeq(raw[4]) &&
    raw[4] <= maxTtlMs &&
    raw[5] instanceof Uint8Array &&
    (raw[6] === undefined || isSeq(raw[6])) &&
    (raw[7] === undefined || isSeq(raw[7])) &&
    (raw[8] === undefined || isSeq(raw[8]))
  );
}

function isPiece(raw: readonly unknown[]): raw is PieceItem {
  const [, , , , , bytes, order, re, orderBase, offset, totalBytes] = raw;
  return (
    hasHead(raw) &&
    isSeq(order) &&
    isSeq(re) &&
    isSeq(orderBase) &&
    isSeq(offset) &&
    isSeq(totalBytes) &&
    bytes instanceof Uint8Array &&
    bytes.length > 0 &&
    offset + bytes.length <= totalBytes
  );
}

function isRanges(raw: readonly unknown[]): raw is RangesItem {
  const ranges: unknown = raw[1];
  if (!Array.isArray(ranges) || ranges.length % 2 !== 0 || ranges.length > 2 * maxRanges) return false;
  let total = 0;
  for (let i = 0; i < ranges.length; i += 2) {
    const first: unknown = ranges[i];
    const length: unknown = ranges[i + 1];
    // The end too: beyond 2⁵³ counting up stands still, and a loop to there never ends.
    if (!isSeq(first) || !isSeq(length) || length < 1 || !isSeq(first + length)) return false;
    total += length;
    if (total > windowLetters) return false;
  }
  return true;
}

const isFailed = (raw: readonly unknown[]): raw is FailedItem => isSeq(raw[1]) && isText(raw[2]) && isText(raw[3]);
const isToken = (raw: readonly unknown[]): raw is TokenItem => isSeq(raw[1]);
const isBye = (raw: readonly unknown[]): raw is ByeItem => isText(raw[1]);

const isSkip = (raw: readonly unknown[]): raw is SkipItem => isChannelName(raw[1]) && isSeq(raw[2]);

function isHeld(raw: readonly unknown[]): raw is HeldItem {
  const [, seq, ranges, all] = raw;
  if (!isSeq(seq) || !isSeq(all) || !Array.isArray(ranges)) return false;
  if (ranges.length % 2 !== 0 || ranges.length > 2 * maxByteRanges) return false;
  let last = -1;
  for (let i = 0; i < ranges.length; i += 2) {
    const offset: unknown = ranges[i];
    const length: unknown = ranges[i + 1];
    if (!isSeq(offset) || !isSeq(length) || length < 1 || offset <= last || !isSeq(offset + length)) return false;
    last = offset + length;
  }
  return true;
}

const isCancel = (raw: readonly unknown[]): raw is CancelItem => isSeq(raw[1]);

type Check = (raw: readonly unknown[]) => raw is FrameItem;

/** By kind; a hole is an unknown kind. */
const checks: readonly (Check | undefined)[] = [
  undefined,
  isLetter,
  isPiece,
  isRanges,
  isRanges,
  isFailed,
  isRanges,
  isRanges,
  isToken,
  isToken,
  isBye,
  isSkip,
  isCancel,
  isHeld,
];
