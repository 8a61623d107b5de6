import type { GraphNode } from "./frame.ts";
import type { GuardCode, GuardLimits, GuardRejection } from "./guard.ts";
import { isGraphName } from "./names.ts";

type Checked<Value> = Value | { readonly rejection: GuardRejection };

/** An object that is no list. */
export function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Copies a put, soul by soul and key by key, or says what is wrong with it. */
export function checkPut(
  put: unknown,
  limits: GuardLimits,
  maxState: number,
): Checked<{ readonly graph: Record<string, GraphNode> }> {
  if (!isPlain(put)) return wrong("SHAPE", "put");
  const souls = Object.keys(put);
  if (souls.length > limits.maxSouls) return wrong("COUNT", "souls");
  const graph: Record<string, GraphNode> = {};
  let room = limits.maxKeys;
  for (const soul of souls) {
    if (!isGraphName(soul, limits.maxNameLength)) return wrong("NAME", "soul");
    const checked = checkNode(soul, put[soul], limits, maxState);
    if ("rejection" in checked) return checked;
    room -= checked.count;
    if (room < 0) return wrong("COUNT", "keys");
    graph[soul] = checked.node;
  }
  return { graph };
}

function checkNode(
  soul: string,
  source: unknown,
  limits: GuardLimits,
  maxState: number,
): Checked<{ readonly node: GraphNode; readonly count: number }> {
  if (!isPlain(source) || !isPlain(source["_"])) return wrong("SHAPE", "node");
  const { "#": own, ">": given } = source["_"];
  if (own !== soul) return wrong("SOUL", "named otherwise within");
  if (!isPlain(given)) return wrong("SHAPE", "states");
  const states: Record<string, number> = {};
  const node: GraphNode = { _: { "#": soul, ">": states } };
  const names = Object.keys(source);
  if (names.length - 1 > limits.maxKeys) return wrong("COUNT", "keys");
  for (const key of names) {
    if (key === "_") continue;
    if (!isGraphName(key, limits.maxNameLength)) return wrong("NAME", "key");
    const value = source[key];
    if (value !== null && (typeof value !== "string" || value.length > limits.maxValueLength)) {
      return wrong("VALUE", typeof value);
    }
    const state = Object.hasOwn(given, key) ? given[key] : undefined;
    if (typeof state !== "number" || !(state >= 0 && state <= maxState))
      return wrong("STATE", String(state).slice(0, 24));
    states[key] = state;
    node[key] = value;
  }
  return { node, count: names.length - 1 };
}

function wrong(code: GuardCode, detail: string): { readonly rejection: GuardRejection } {
  return { rejection: { code, detail } };
}
