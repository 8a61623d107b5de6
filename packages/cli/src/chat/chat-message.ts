import * as z from "zod";

/** What chats say to each other: who one is, a line, and that one leaves. */
export const chatMessage = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("name"), name: z.string().min(1).max(40) }),
  z.strictObject({ kind: z.literal("line"), text: z.string().min(1).max(4_000) }),
  z.strictObject({ kind: z.literal("bye") }),
]);

export type ChatMessage = z.output<typeof chatMessage>;
