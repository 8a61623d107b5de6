import type { EventBus } from "../ports/events.ts";
import type { OutLetter } from "./out-letter.ts";

/** Tells how far a large letter of ours is. Whoever listens does not disturb it. */
export function tellProgress(events: EventBus, { draft, seq, pieces }: OutLetter): void {
  if (pieces === undefined) return;
  const { to, channel, onProgress } = draft;
  const { heldBytes, totalBytes } = pieces;
  events.emit("letter:progress", { peer: to, channel, seq, direction: "out", heldBytes, totalBytes });
  try {
    onProgress?.({ heldBytes, totalBytes });
  } catch (error) {
    events.emit("handler:failed", { where: `onProgress on channel ${channel}`, error });
  }
}
