import * as z from "zod";
import { descriptionSize } from "../codec/description-codec.ts";
import { bytes, id } from "./wire.ts";

/** Descriptions that are asked for at a time. */
export const descriptionsPerRequest = 16;
/** Marks in one letter. */
export const marksPerLetter = 500;

/**
 * `all`: a fingerprint of what I have, when we meet. `marks`: which descriptions may be asked of me: what is new, and all where
 * our fingerprints differ. `get`: the descriptions of these tokens.
 */
export const descriptionMessage = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("all"), fingerprint: bytes(8) }),
  z.strictObject({ kind: z.literal("marks"), marks: z.array(bytes(descriptionSize.mark)).min(1).max(marksPerLetter) }),
  z.strictObject({ kind: z.literal("get"), tokens: z.array(id).min(1).max(descriptionsPerRequest) }),
]);
export type DescriptionMessage = z.infer<typeof descriptionMessage>;

export const descriptionsAnswer = z.strictObject({
  kind: z.literal("descriptions"),
  descriptions: z.array(bytes(descriptionSize.least, descriptionSize.most)).max(descriptionsPerRequest),
});
export type DescriptionsAnswer = z.infer<typeof descriptionsAnswer>;

export const descriptionChannel = "chain-tokens/1";
