import type { Address, PeerId } from "@swarm-space/core";
import * as z from "zod";
import { fromBase64, toBase64 } from "./base64.ts";

/** "I am here", as a node writes it. */
export interface PresenceRecord {
  readonly peer: PeerId;
  readonly addresses: readonly Address[];
  /** Its letter key card, for letters to it while it is away. */
  readonly card?: Uint8Array;
  /** Wall-clock milliseconds of the sender's clock after which it no longer counts. */
  readonly expiresAt: number;
}

const maxLength = 4_096;
const maxAddresses = 16;
const maxCardBytes = 512;

const wire = z.strictObject({
  v: z.literal(1),
  p: z.string().regex(/^[a-z2-7]{52}$/),
  a: z.array(z.tuple([z.string().max(32), z.string().max(1_024), z.string().max(512).nullable()])).max(maxAddresses),
  x: z.number().finite(),
  c: z.string().max(684).optional(),
});

/** The record as text of at most 4,096 letters; addresses that do not fit are left out, and a card of over 512 bytes. */
export function encodePresence(record: PresenceRecord): string {
  const { card } = record;
  const c = card && card.length > 0 && card.length <= maxCardBytes ? { c: toBase64(card) } : {};
  for (let count = Math.min(maxAddresses, record.addresses.length); ; count -= 1) {
    const a = record.addresses.slice(0, count).map((one) => [one.transport, one.value, one.rendezvous ?? null]);
    const text = JSON.stringify({ v: 1, p: record.peer, a, x: record.expiresAt, ...c });
    if (text.length <= maxLength || count === 0) return text;
  }
}

/** Undefined for what is no record. Never throws. */
export function decodePresence(text: string): PresenceRecord | undefined {
  if (text.length > maxLength) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  const checked = wire.safeParse(parsed);
  if (!checked.success) return undefined;
  const addresses = checked.data.a.map(([transport, value, rendezvous]) => ({
    transport,
    value,
    ...(rendezvous === null ? {} : { rendezvous }),
  }));
  const card = checked.data.c === undefined ? undefined : fromBase64(checked.data.c);
  const shown = card && card.length > 0 && card.length <= maxCardBytes ? { card } : {};
  return { peer: checked.data.p, addresses, expiresAt: checked.data.x, ...shown };
}
