import * as z from "zod";

export const storeIdbConfig = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(200)
    .default("swarm-space")
    .describe(
      "Name of the IndexedDB database, as the browser's developer tools show it. For one node at a time: give each tab its own.",
    ),
  blockedTimeoutMs: z
    .int()
    .min(100)
    .max(600_000)
    .default(5_000)
    .describe(
      "How long another tab may keep the database, or hold up a new namespace, in milliseconds, before it is an error.",
    ),
});
