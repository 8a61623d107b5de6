/** What is said between chats, and the rules of their chain: whoever joins with a node of another kind says the same. */
import * as z from "zod";

export const lineSchema = z.object({ text: z.string().min(1).max(2_000) });
export const cardSchema = z.object({ name: z.string().min(1).max(40) });

/** Blocks that a page makes at once: these coins are worth nothing. */
export const chainParameters = Object.freeze({ blockTimeMs: 5, leastDifficulty: 256 });
