import { nests } from "@swarm-space/gun-driver/relay";
import * as z from "zod";

/** What a client of PeerJS says. `to` is undefined where it speaks to the server alone. */
export interface Signal {
  readonly type: "HEARTBEAT" | "LEAVE" | "OFFER" | "ANSWER" | "CANDIDATE";
  readonly to: string | undefined;
}

/** A description of a session is 2 to 10 KB. */
export const maxSignalBytes = 65_536;
/** PeerJS's own payloads reach 4; an application's metadata is inside. */
const maxDepth = 16;

/** Which ids PeerJS's clients take, with a longest length. */
const peerId = z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9 _-]{0,126}[A-Za-z0-9])?$/);
const wire = z.discriminatedUnion("type", [
  z.object({ type: z.literal("HEARTBEAT") }),
  z.object({ type: z.literal("LEAVE"), dst: peerId.optional() }),
  // Clients read fields of the payload unasked: one that is no object would throw in them.
  z.object({ type: z.enum(["OFFER", "ANSWER", "CANDIDATE"]), dst: peerId, payload: z.looseObject({}) }),
]);

/** Whether an id may be registered. */
export function isPeerId(text: string): boolean {
  return peerId.safeParse(text).success;
}

/** Reads a message of a client. Undefined: it is none, and the server must not see it. Pure. */
export function readSignal(data: unknown): Signal | undefined {
  if (typeof data !== "string" || data.length > maxSignalBytes || nests(data, maxDepth)) return undefined;
  try {
    const { success, data: signal } = wire.safeParse(JSON.parse(data));
    return success ? { type: signal.type, to: "dst" in signal ? signal.dst : undefined } : undefined;
  } catch {
    return undefined;
  }
}
