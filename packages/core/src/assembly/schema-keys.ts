import * as z from "zod";
import type { ConfigPath } from "./config-problem.ts";

type JsonSchema = Readonly<Record<string, unknown>>;

/** The names an object may have at `path` of what `schema` takes. Unknown: none. Never throws. */
export function keysAt(schema: z.ZodType, path: ConfigPath): readonly string[] {
  try {
    const root = toRecord(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }));
    const places = path.reduce<readonly JsonSchema[]>(
      (now, part) => now.flatMap((place) => step(root, place, part)),
      branches(root, root),
    );
    return [...new Set(places.flatMap((place) => Object.keys(toRecord(place["properties"]))))];
  } catch {
    return [];
  }
}

function step(root: JsonSchema, place: JsonSchema, part: PropertyKey): readonly JsonSchema[] {
  const properties = toRecord(place["properties"]);
  const items = place["items"];
  const next =
    typeof part === "number"
      ? items
      : Object.hasOwn(properties, part)
        ? properties[String(part)]
        : place["additionalProperties"];
  return branches(root, toRecord(next));
}

/** A schema with all its alternatives, references followed. Bounded, for references may go in circles. */
function branches(root: JsonSchema, schema: JsonSchema, depth = 0): readonly JsonSchema[] {
  if (depth > 8) return [];
  const alternatives = ["anyOf", "oneOf", "allOf"].flatMap((word) => {
    const list: unknown = schema[word];
    return Array.isArray(list) ? list : [];
  });
  const reference = schema["$ref"];
  if (typeof reference === "string" && reference.startsWith("#/$defs/"))
    alternatives.push(toRecord(root["$defs"])[reference.slice(8)]);
  if (reference === "#") alternatives.push(root);
  return [schema, ...alternatives.flatMap((each) => branches(root, toRecord(each), depth + 1))];
}

function toRecord(value: unknown): JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}
