import { nests } from "@swarm-space/gun-driver/relay";
import * as z from "zod";

/** Five offers of 2 to 10 KB. */
export const maxAnnounceBytes = 65_536;
const maxDepth = 8;
const maxOffers = 10;

/** Twenty bytes as so many characters. */
const id = z.string().regex(/^[\0-\xff]{20}$/);
const sdpOf = <Type extends "offer" | "answer">(type: Type) =>
  z.object({ type: z.literal(type), sdp: z.string().max(16_384) });
const announce = z.object({
  action: z.literal("announce"),
  info_hash: id,
  peer_id: id,
  event: z.enum(["started", "stopped", "completed", "paused", "update", "empty"]).optional(),
  left: z.number().nullable().optional(),
  offers: z
    .array(z.object({ offer: sdpOf("offer"), offer_id: id }))
    .max(maxOffers)
    .optional(),
  answer: sdpOf("answer").optional(),
  to_peer_id: id.optional(),
  offer_id: id.optional(),
});

/** What a client of a WebSocket tracker says. Nobody needs its scrape: who may count peers needs no list of all swarms. */
export type Announce = z.output<typeof announce>;

/** Reads one; undefined: it is none, and the tracker must not see it. Pure. */
export function readAnnounce(data: unknown): Announce | undefined {
  if (typeof data !== "string" || data.length > maxAnnounceBytes || nests(data, maxDepth)) return undefined;
  try {
    const { data: message } = announce.safeParse(JSON.parse(data));
    if (message?.answer && (message.to_peer_id === undefined || message.offer_id === undefined)) return undefined;
    return message;
  } catch {
    return undefined;
  }
}
