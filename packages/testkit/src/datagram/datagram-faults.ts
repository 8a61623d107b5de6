import { SwarmError, type TransportId } from "@swarm-space/core";
import * as z from "zod";
import type { FaultScope } from "../memory/faults.ts";

const probability = z.number().min(0).max(1);
const milliseconds = z.number().min(0).max(86_400_000);

/** What may happen to datagrams. What is left out stays as other rules have it. */
export const datagramFaultSchema = z.strictObject({
  latencyMs: milliseconds.describe("Time under way, one way."),
  jitterMs: milliseconds.describe("Up to so much is added to each, so that later ones overtake."),
  bytesPerSecond: z.number().positive().describe("Width of the line, for each datagram by itself."),
  loss: probability.describe("Chance that it never arrives."),
  duplicate: probability.describe("Chance that it arrives twice."),
  reorder: probability.describe("Chance that it is held back for up to four latencies more."),
  cut: z.boolean().describe("Nothing arrives, and nobody is told."),
});

/** Every fault with its value. */
export type AllDatagramFaults = Readonly<z.infer<typeof datagramFaultSchema>>;
export type DatagramFaults = Partial<AllDatagramFaults>;

export const noDatagramFaults: AllDatagramFaults = Object.freeze({
  latencyMs: 1,
  jitterMs: 0,
  bytesPerSecond: 100_000_000,
  loss: 0,
  duplicate: 0,
  reorder: 0,
  cut: false,
});

/** A rule that counts what it did, so that a run can prove that the fault bit. */
export interface DatagramRule {
  readonly scope: FaultScope;
  readonly faults: DatagramFaults;
  /** Datagrams that it, as the last rule on the matter, lost, doubled, held back or cut. */
  bites: number;
}

const rulePart = datagramFaultSchema.partial();

/** @throws SwarmError `OPTION_INVALID` with every wrong path */
export function readDatagramRule(scope: FaultScope, faults: DatagramFaults): DatagramRule {
  const parsed = rulePart.safeParse(faults);
  if (parsed.success) return { scope: { ...scope }, faults: { ...faults }, bites: 0 };
  const problems = parsed.error.issues.map((issue) => `faults.${issue.path.join(".")}: ${issue.message}`);
  throw new SwarmError("OPTION_INVALID", problems.join("; "), { detail: { problems } });
}

/** The rules of one direction, put together. */
export interface Direction {
  readonly faults: AllDatagramFaults;
  readonly rules: readonly DatagramRule[];
}

export function directionOf(
  rules: readonly DatagramRule[],
  transport: TransportId,
  from: string,
  to: string,
): Direction {
  const met = rules.filter(
    ({ scope }) =>
      (scope.transport === undefined || scope.transport === transport) && has(scope.from, from) && has(scope.to, to),
  );
  return { faults: Object.assign({ ...noDatagramFaults }, ...met.map(({ faults }) => faults)), rules: met };
}

function has(wanted: FaultScope["from"], name: string): boolean {
  if (wanted === undefined) return true;
  return typeof wanted === "string" ? wanted === name : wanted.includes(name);
}
