import { readFileSync } from "node:fs";
import * as z from "zod";

const numbered = z.strictObject({
  version: z.number(),
  chainId: z.string(),
  height: z.number(),
  parent: z.string(),
  time: z.number(),
  transactionRoot: z.string(),
  stateRoot: z.string(),
  transactionCount: z.number(),
  bodyBytes: z.number(),
  difficulty: z.number(),
  nonce: z.string().transform(BigInt),
  producer: z.string(),
});
const bytes = z.string().transform((hex) => Uint8Array.from(Buffer.from(hex, "hex")));
const transaction = z.strictObject({
  version: z.number(),
  chainId: z.string(),
  type: z.number(),
  from: z.string(),
  nonce: z.string().transform(BigInt),
  fee: z.string().transform(BigInt),
  expiryHeight: z.number(),
  payload: bytes,
  signature: bytes,
});
const description = z.strictObject({
  chainId: z.string(),
  token: z.string(),
  seq: z.string().transform(BigInt),
  bytes,
  signature: bytes,
});

const schema = z.strictObject({
  genesis: z.strictObject({ id: z.string(), stateRoot: z.string() }),
  headers: z.array(
    z.strictObject({ header: numbered, encoded: bytes, id: z.string(), seal: bytes, sealedBy: z.string() }),
  ),
  transactions: z.array(z.strictObject({ transaction, encoded: bytes, id: z.string(), fullId: z.string() })),
  body: z.strictObject({ encoded: bytes, root: z.string() }),
  descriptions: z.array(
    z.strictObject({ description, encoded: bytes, id: z.string(), contentHash: z.string(), owner: z.string() }),
  ),
  merkle: z.array(z.strictObject({ leaves: z.number(), root: z.string() })),
  states: z.array(z.strictObject({ entries: z.array(z.tuple([z.string(), bytes])), root: z.string() })),
  signatures: z.array(
    z.strictObject({ case: z.string(), accepts: z.boolean(), key: z.string(), message: bytes, signature: bytes }),
  ),
  difficulties: z.array(z.strictObject({ compact: z.number(), value: z.string().nullable() })),
});

/** What `make_vectors.py` wrote. */
export const vectors = schema.parse(JSON.parse(readFileSync(new URL("./vectors.json", import.meta.url), "utf8")));
