import { SwarmError, type TransportId } from "@swarm-space/core";
import * as z from "zod";

const probability = z.number().min(0).max(1);
const infinite = Number.POSITIVE_INFINITY;
const milliseconds = z.number().min(0).max(86_400_000);

/** What can go wrong. All fields may be left out; what is left out stays as other rules have it. */
export const faultSchema = z.strictObject({
  latencyMs: milliseconds.describe("Time a frame is under way. Also paid by dials, there and back. Needs a clock."),
  jitterMs: milliseconds.describe("Up to so much is added to each frame's latency; order is kept. Needs a clock."),
  bytesPerSecond: z
    .union([z.number().positive(), z.literal(infinite)])
    .describe("Width of the line. Infinity: no limit. Needs a clock."),
  loss: probability.describe(
    "Chance that a frame dies, and its connection with it: a connection is reliable while it lives.",
  ),
  stall: z
    .boolean()
    .describe(
      "Frames wait on the way and go on, complete and in order, when the rule is undone: a short outage under TCP.",
    ),
  blackhole: z
    .boolean()
    .describe(
      "Frames vanish and nobody is told. A direction that has swallowed one never delivers again, or it would break order.",
    ),
  failSends: z
    .boolean()
    .describe("Each send throws CONNECTION_CLOSED while the connection and its transport claim to be well."),
  duplicate: probability.describe("CONTRACT VIOLATION, to test dedupe: chance that a frame arrives twice."),
  reorder: probability.describe("CONTRACT VIOLATION: chance that a frame overtakes or is overtaken."),
  corrupt: probability.describe("CONTRACT VIOLATION: chance that one bit of a frame flips."),
  sparedFrames: z
    .number()
    .int()
    .min(0)
    .describe("The first so many frames of each direction suffer latency only: lets a handshake through."),
  dial: z
    .enum(["ok", "refuse", "hang", "absent", "unavailable"])
    .describe("Fate of dials: DIAL_FAILED, no answer until aborted, PEER_ABSENT, TRANSPORT_UNAVAILABLE."),
  open: z
    .enum(["ok", "hang", "fail"])
    .describe(
      "Fate of the opener's `open`: never ready until aborted or the rule is undone, or TRANSPORT_OPEN_FAILED.",
    ),
});

/** Every fault with its value. */
export type AllFaults = Readonly<z.infer<typeof faultSchema>>;

/** Faults of one direction of a link, and of dials and openings along it. */
export type Faults = Partial<AllFaults>;

/** All faults, none of them active. */
export const noFaults: AllFaults = Object.freeze({
  latencyMs: 0,
  jitterMs: 0,
  bytesPerSecond: infinite,
  loss: 0,
  stall: false,
  blackhole: false,
  failSends: false,
  duplicate: 0,
  reorder: 0,
  corrupt: 0,
  sparedFrames: 0,
  dial: "ok",
  open: "ok",
});

/** Ready-made media, from a cable to a satellite. Latency is one way. */
export const media = Object.freeze({
  lan: Object.freeze({ latencyMs: 0.3, jitterMs: 0.1, bytesPerSecond: 100_000_000 }),
  wifi: Object.freeze({ latencyMs: 4, jitterMs: 6, bytesPerSecond: 10_000_000 }),
  broadband: Object.freeze({ latencyMs: 20, jitterMs: 5, bytesPerSecond: 5_000_000 }),
  mobile: Object.freeze({ latencyMs: 50, jitterMs: 40, bytesPerSecond: 1_000_000 }),
  satellite: Object.freeze({ latencyMs: 300, jitterMs: 20, bytesPerSecond: 500_000 }),
} satisfies Record<string, Faults>);

/** One end of a direction, as a scope tells them apart. */
export interface EndName {
  /** The address value it is reached at. */
  readonly name: string;
  /** The peer id behind it, where it told one. */
  readonly peer: string | undefined;
}

/** Where a rule holds. A field left out matches all. `from` and `to` take address values or peer ids. */
export interface FaultScope {
  readonly transport?: TransportId;
  readonly from?: string | readonly string[];
  readonly to?: string | readonly string[];
}

export interface FaultRule {
  readonly scope: FaultScope;
  readonly faults: Faults;
}

export function matches(scope: FaultScope, transport: TransportId, from: EndName, to: EndName): boolean {
  return (
    (scope.transport === undefined || scope.transport === transport) && names(scope.from, from) && names(scope.to, to)
  );
}

/** Later rules win, field by field. */
export function resolveFaults(
  rules: Iterable<FaultRule>,
  transport: TransportId,
  from: EndName,
  to: EndName,
): AllFaults {
  let found: AllFaults | undefined;
  for (const rule of rules) {
    if (matches(rule.scope, transport, from, to)) found = { ...(found ?? noFaults), ...rule.faults };
  }
  return found ?? noFaults;
}

/** True where delivery takes time, so that a clock is needed. */
export function takesTime(faults: Faults): boolean {
  return (faults.latencyMs ?? 0) > 0 || (faults.jitterMs ?? 0) > 0 || (faults.bytesPerSecond ?? infinite) < infinite;
}

const nodeNames = z.union([z.string(), z.array(z.string())]);
const scopeSchema = z.strictObject({ transport: z.string(), from: nodeNames, to: nodeNames }).partial();
const ruleSchema = z.strictObject({ scope: scopeSchema, faults: faultSchema.partial() });

/** Copies a rule. @throws SwarmError `OPTION_INVALID` with every wrong path */
export function readRule(scope: FaultScope, faults: Faults): FaultRule {
  const parsed = ruleSchema.safeParse({ scope, faults });
  if (parsed.success) return { scope: withoutGaps(parsed.data.scope), faults: withoutGaps(parsed.data.faults) };
  const problems = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new SwarmError("OPTION_INVALID", problems.join("; "), { detail: { problems } });
}

type Gapless<Value> = { [Key in keyof Value]: Exclude<Value[Key], undefined> };

/** A field that is there but undefined would hide what other rules say. */
function withoutGaps<Value extends object>(value: Value): Gapless<Value>;
function withoutGaps(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined));
}

function names(wanted: FaultScope["from"], end: EndName): boolean {
  if (wanted === undefined) return true;
  const list = typeof wanted === "string" ? [wanted] : wanted;
  return list.includes(end.name) || (end.peer !== undefined && list.includes(end.peer));
}
