import type * as z from "zod";
import { describeError } from "../errors/index.ts";
import { cleanText } from "../status/logger-redaction.ts";
import { type ConfigPath, type ConfigProblem, describeFound, formatPath } from "./config-problem.ts";
import { nearest } from "./nearest.ts";
import { keysAt } from "./schema-keys.ts";

type Issue = z.core.$ZodIssue;

export type Checked<Output> =
  | { readonly ok: true; readonly value: Output }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** Parses `value`, which stands at `at` of the configuration. A schema that throws is a problem of its `owner`, not a crash. */
export function checkSchema<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  at: ConfigPath,
  owner: string,
): Checked<z.output<Schema>> {
  try {
    const parsed = schema.safeParse(value);
    if (parsed.success) return { ok: true, value: parsed.data };
    const problems = parsed.error.issues.flatMap((issue) => describeIssue(issue, { schema, value, at }));
    return { ok: false, problems };
  } catch (error) {
    return {
      ok: false,
      problems: [
        {
          path: formatPath(at),
          code: "OPTION_INVALID",
          expected: "options that its schema can check",
          found: `the schema of ${cleanText(owner, 60)}, which threw: ${cleanText(describeError(error), 120)}`,
          cure: "report it to the plugin's author",
        },
      ],
    };
  }
}

interface Place {
  readonly schema: z.ZodType;
  readonly value: unknown;
  readonly at: ConfigPath;
}

function describeIssue(issue: Issue, place: Place): readonly ConfigProblem[] {
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(key, issue.path, place));
  if (issue.code === "invalid_union") {
    const branch = likelyBranch(issue);
    if (branch !== undefined) {
      return branch.flatMap((inner) => describeIssue({ ...inner, path: [...issue.path, ...inner.path] }, place));
    }
  }
  const found = valueAt(place.value, issue.path);
  const path = [...place.at, ...issue.path];
  const meant = typeof found === "string" ? nearest(found, allowedWords(issue)) : undefined;
  return [
    {
      path: formatPath(path),
      code: "OPTION_INVALID",
      expected: expectation(issue),
      found: describeFound(found, path),
      ...(meant === undefined ? {} : { nearest: meant }),
    },
  ];
}

function unknownKey(key: string, inside: ConfigPath, place: Place): ConfigProblem {
  const keys = keysAt(place.schema, inside);
  const meant = nearest(key, keys);
  return {
    path: formatPath([...place.at, ...inside, key]),
    code: "OPTION_UNKNOWN",
    expected: keys.length === 0 ? "no such key" : `one of the keys ${shorten(keys)}`,
    found: `an unknown key ${JSON.stringify(cleanText(key, 60))}`,
    ...(meant === undefined ? {} : { nearest: meant }),
  };
}

/** The alternative whose outer type fits, so that its inner problem is told and not "no alternative fits". */
function likelyBranch(issue: z.core.$ZodIssueInvalidUnion): readonly Issue[] | undefined {
  const fitting = issue.errors.filter((branch) =>
    branch.every((inner) => inner.path.length > 0 || !["invalid_type", "invalid_value"].includes(inner.code)),
  );
  return fitting.toSorted((a, b) => a.length - b.length)[0];
}

/** "text that is a valid regex" would ask for a pattern. */
function formatWords(issue: z.core.$ZodIssueInvalidStringFormat): string {
  if ("prefix" in issue && typeof issue.prefix === "string") return `text that begins with ${literal(issue.prefix)}`;
  if (issue.format === "regex") return `text of the form ${cleanText(issue.pattern ?? "that its author wants", 120)}`;
  return `text that is a valid ${issue.format}`;
}

/** An author's own message wins; of zod's, the words are made here. */
function expectation(issue: Issue): string {
  const text = cleanText(issue.message, 200).replace(/^expected /i, "");
  if (!/^(Invalid|Too (small|big))\b/.test(issue.message)) return text === "" ? "another value" : text;
  switch (issue.code) {
    case "invalid_type":
      return typeWords(issue.expected);
    case "invalid_value":
      return issue.values.length === 1 ? literal(issue.values[0]) : `one of ${shorten(issue.values.map(String))}`;
    case "too_small":
      return `${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}${unit(issue.origin)}`;
    case "too_big":
      return `${issue.inclusive === false ? "less than" : "at most"} ${issue.maximum}${unit(issue.origin)}`;
    case "not_multiple_of":
      return `a multiple of ${issue.divisor}`;
    case "invalid_format":
      return formatWords(issue);
    case "invalid_union":
      return unionWords(issue);
    default:
      return text;
  }
}

function unionWords(issue: z.core.$ZodIssueInvalidUnion): string {
  const words = allowedWords(issue);
  if (words.length > 0) return `one of ${shorten(words)}`;
  const kinds = new Set(issue.errors.flat().map((inner) => expectation(inner)));
  return kinds.size === 0 ? "another value" : [...kinds].join(", or ");
}

function allowedWords(issue: Issue): readonly string[] {
  if (issue.code === "invalid_value") return issue.values.filter((each) => typeof each === "string");
  if (issue.code !== "invalid_union") return [];
  const options: unknown = "options" in issue ? issue.options : undefined;
  if (Array.isArray(options)) return options.filter((each) => typeof each === "string");
  return issue.errors.flat().flatMap((inner) => (inner.path.length === 0 ? allowedWords(inner) : []));
}

function typeWords(type: string): string {
  if (type === "int") return "a whole number";
  if (type === "array") return "a list";
  if (type === "record") return "an object";
  if (type === "boolean") return "true or false";
  if (type === "string") return "text";
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

function unit(origin: string): string {
  if (origin === "string") return " characters";
  return origin === "array" || origin === "set" || origin === "map" ? " entries" : "";
}

function literal(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

function shorten(words: readonly string[]): string {
  const shown = words.slice(0, 12).map((word) => JSON.stringify(cleanText(word, 60)));
  return words.length > 12 ? `${shown.join(", ")}, …` : shown.join(", ");
}

function valueAt(value: unknown, path: ConfigPath): unknown {
  return path.reduce<unknown>((now, part) => {
    return typeof now === "object" && now !== null && Object.hasOwn(now, part) ? Reflect.get(now, part) : undefined;
  }, value);
}
