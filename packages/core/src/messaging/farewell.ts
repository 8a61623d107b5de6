import { encodeFrame, itemKind } from "./frame.ts";
import { maxReasonLength } from "./limits.ts";
import type { Link } from "./link.ts";

/** Tells the other side why its link ends, where it still hears. Not every transport carries the reason of a close. */
export function farewell(link: Link, reason: string): void {
  try {
    link.send(encodeFrame(0, [[itemKind.bye, reason.slice(0, maxReasonLength)]]));
  } catch {
    // Closed already: then it knows.
  }
}

/** The refusal in a reason that the other side gave, where it is one: it will refuse the next dial too, for a while. */
export function refusalIn(detail: string): "PEER_GRAYLISTED" | "RATE_EXCEEDED" | undefined {
  if (detail.includes("PEER_GRAYLISTED")) return "PEER_GRAYLISTED";
  return detail.includes("RATE_EXCEEDED") ? "RATE_EXCEEDED" : undefined;
}
