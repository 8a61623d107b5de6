import { SwarmError } from "@swarm-space/core";
import * as z from "zod";

const probability = z.number().min(0).max(1);
const milliseconds = z.number().min(0).max(86_400_000);

/** What a keeper of letters may do, being nobody's friend. What is left out stays as it was. */
export const mailFaultSchema = z.strictObject({
  latencyMs: milliseconds.describe("Time to leave a letter, and to get one, each."),
  jitterMs: milliseconds.describe("Up to so much is added to each."),
  holdMs: milliseconds.describe("A letter is held back for up to so long before it is given."),
  twice: probability.describe("Chance that a letter is given again after it was taken."),
  unanswered: probability.describe("Chance that a letter is kept and its sender never hears of it."),
});

/** Every fault with its value. */
export type AllMailFaults = Readonly<z.infer<typeof mailFaultSchema>>;
export type MailFaults = Partial<AllMailFaults>;

export const noMailFaults: AllMailFaults = Object.freeze({
  latencyMs: 5,
  jitterMs: 0,
  holdMs: 0,
  twice: 0,
  unanswered: 0,
});

/** @throws SwarmError `OPTION_INVALID` with every wrong path */
export function checkMailFaults(faults: MailFaults): void {
  const parsed = mailFaultSchema.partial().safeParse(faults);
  if (parsed.success) return;
  const problems = parsed.error.issues.map((issue) => `faults.${issue.path.join(".")}: ${issue.message}`);
  throw new SwarmError("OPTION_INVALID", problems.join("; "), { detail: { problems } });
}
