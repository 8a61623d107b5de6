import type { Cap } from "./cap.ts";
import { messagingCaps } from "./messaging-caps.ts";
import { roomCaps } from "./room-caps.ts";

export type { Cap } from "./cap.ts";

/**
 * Every container of the kernel that is kept. A test reads the sources: one that is not listed here fails it, and so does
 * an entry that no source has.
 */
export const caps: readonly Cap[] = Object.freeze([...roomCaps, ...messagingCaps]);
