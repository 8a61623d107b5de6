import { isPeerId, type PeerId } from "@swarm-space/core";

/** Who is at the other end of a wire, as it says itself: a hint. "no id": it does not say. */
export type Heard = { readonly peer: PeerId } | "no id" | "malformed";

/**
 * Reads the extended handshake (BEP 10) of a wire: a dictionary, with the PeerId under "swarm". Total and pure: `message` is what a
 * stranger's bytes were decoded to.
 */
export function readGreeting(message: unknown): Heard {
  if (typeof message !== "object" || message === null) return "malformed";
  if (!Object.hasOwn(message, "swarm")) return "no id";
  const { swarm }: { readonly swarm?: unknown } = message;
  const text = swarm instanceof Uint8Array && swarm.length < 128 ? new TextDecoder().decode(swarm) : swarm;
  return isPeerId(text) ? { peer: text } : "malformed";
}
