import * as z from "zod";

const schema = z.strictObject({ n: z.int().min(1) });

export const network = "crash";
/** To the node that dies; its handler writes a line and syncs it before it returns. */
export const loggedChannel = { name: "crash/logged", schema };
/** The same, and the handler writes an effect in the batch that marks the letter as done. */
export const exactChannel = { name: "crash/exact", schema };
/** From the node that dies. */
export const upChannel = { name: "crash/up", schema };
/** Where effects of the exact channel stand in the store: `<n>/<line>`. */
export const effects = "crash.effects";
export const ttlMs = 600_000;
