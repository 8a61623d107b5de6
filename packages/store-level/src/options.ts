import * as z from "zod";

export const storeLevelConfig = z.strictObject({
  path: z
    .string()
    .min(1)
    .max(4_096)
    .refine((path) => !path.includes("\0"), "a path holds no zero character")
    .default("./swarm-data")
    .describe(
      "Folder of the database, as seen from the configuration file, else from where the process works; made when it is not there. One process at a time.",
    ),
  reserveBytes: z
    .int()
    .min(0)
    .max(1_073_741_824)
    .default(16 * 1_048_576)
    .describe(
      "Bytes kept aside on the disk, so that the store can be opened again when the disk is full. Below 8 MiB that is not certain.",
    ),
});
