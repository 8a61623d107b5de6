import { SwarmError } from "../errors/index.ts";
import type { MessagingOptions } from "./limits.ts";

/** A letter over the cap is refused where it is written: its receiver would not take it. @throws SwarmError `LETTER_TOO_LARGE` */
export function checkLetterSize(body: Uint8Array, { maxLetterBytes }: Pick<MessagingOptions, "maxLetterBytes">): void {
  if (body.length <= maxLetterBytes) return;
  throw new SwarmError("LETTER_TOO_LARGE", `${body.length} bytes are over the cap of ${maxLetterBytes}`, {
    detail: { bytes: body.length, maxLetterBytes },
  });
}
