import { verifySignature } from "@swarm-space/core";
import { knockBytes, knockDomain, type Letter, type MeetingFacts } from "./knock.ts";
import type { Refusal } from "./refusals.ts";
import type { SignalSafeguards } from "./safeguards.ts";

/** What clocks of two peers may differ by. */
const maxSkewMs = 600_000;

export interface KnockCase {
  readonly facts: MeetingFacts;
  readonly letter: Extract<Letter, { kind: "knock" }>;
  /** Where it lay. */
  readonly soul: string;
  /** Whether that is a place of this session alone, so that nobody could knock there before it. */
  readonly isOwnPlace: boolean;
  /** Wall milliseconds, and when this node began to hear. */
  readonly wall: number;
  readonly since: number;
  /** How long a knock counts, in milliseconds. */
  readonly knockMs: number;
  readonly safeguards: SignalSafeguards;
}

/** Why a knock is not heard, as far as it tells itself. Pure. */
export function judgeKnock(each: KnockCase): Refusal | undefined {
  const { facts, letter, soul, isOwnPlace, wall, since, knockMs, safeguards } = each;
  const { knock, signature } = letter;
  const isInTime = knock.expiresAt >= wall - maxSkewMs && knock.expiresAt <= wall + knockMs + maxSkewMs;
  if (safeguards.expiry && !isInTime) return "SIGNAL_EXPIRED";
  // The well-known place outlives this node's sessions, and so may what an earlier one answered.
  if (safeguards.since && !isOwnPlace && knock.expiresAt < since + knockMs) return "SIGNAL_EXPIRED";
  const signed = knockBytes(facts, knock, safeguards.place ? soul : "");
  const isSigned = !safeguards.signature || verifySignature(knock.from, knockDomain, signed, signature);
  return isSigned ? undefined : "SIGNAL_FORGED";
}
