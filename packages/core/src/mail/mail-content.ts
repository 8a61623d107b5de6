import { decode, encode } from "cborg";
import { isChannelName } from "../messaging/frame.ts";
import { maxReasonLength, maxTtlMs } from "../messaging/limits.ts";

/** What is inside a sealed letter: a message, or the answer to some. Each shows its sender's letter key card. */
export type MailContent =
  | {
      readonly kind: "message";
      readonly channel: string;
      readonly ttlMs: number;
      /** The sender's lowest unsettled sequence to this receiver. */
      readonly base: number;
      readonly body: Uint8Array;
      readonly card: Uint8Array;
    }
  | {
      readonly kind: "answer";
      /** Names the sequence that is spoken of. */
      readonly origin: string;
      /** Sequences whose handlers have run. */
      readonly handled: readonly number[];
      readonly failed: readonly (readonly [seq: number, code: string, text: string])[];
      readonly card: Uint8Array;
    };

/** Most sequences one answer speaks of. */
export const maxAnswers = 256;

export function encodeMail(content: MailContent): Uint8Array {
  return content.kind === "message"
    ? encode([1, content.channel, content.ttlMs, content.base, content.body, content.card])
    : encode([2, content.origin, content.handled, content.failed, content.card]);
}

/** Total: undefined for what is no mail of this version. */
export function decodeMail(bytes: Uint8Array): MailContent | undefined {
  const list = read(bytes);
  if (list === undefined) return undefined;
  if (list[0] === 1) {
    const [, channel, ttlMs, base, body, card] = list;
    if (!isChannelName(channel) || !isCount(ttlMs) || ttlMs > maxTtlMs || !isCount(base)) return undefined;
    if (!(body instanceof Uint8Array) || !(card instanceof Uint8Array)) return undefined;
    return { kind: "message", channel, ttlMs, base, body, card };
  }
  if (list[0] !== 2) return undefined;
  const [, origin, handled, failed, card] = list;
  if (typeof origin !== "string" || origin.length > 64) return undefined;
  if (!Array.isArray(handled) || handled.length > maxAnswers || !handled.every(isCount)) return undefined;
  if (!Array.isArray(failed) || failed.length > maxAnswers || !failed.every(isFailure)) return undefined;
  return card instanceof Uint8Array ? { kind: "answer", origin, handled, failed, card } : undefined;
}

function isFailure(value: unknown): value is readonly [number, string, string] {
  if (!Array.isArray(value)) return false;
  const [seq, code, text] = value;
  return (
    isCount(seq) &&
    typeof code === "string" &&
    code.length <= 64 &&
    typeof text === "string" &&
    text.length <= maxReasonLength
  );
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function read(bytes: Uint8Array): readonly unknown[] | undefined {
  try {
    const value: unknown = decode(bytes, { strict: true, allowIndefinite: false, allowBigInt: false });
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
