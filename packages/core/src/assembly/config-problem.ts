import { SwarmError } from "../errors/index.ts";
import { cleanText, isSecretName } from "../status/logger-redaction.ts";

export type ConfigPath = readonly PropertyKey[];

/** One row of `CONFIG_INVALID`'s `detail.problems`. */
export interface ConfigProblem {
  /** As in `plugins[1].with.relays[0]`. Empty: the whole. */
  readonly path: string;
  /** A code of `docs/errors.md`. */
  readonly code: string;
  readonly expected: string;
  /** What stands there, shortened, without secrets. */
  readonly found: string;
  /** The valid name that was most likely meant. */
  readonly nearest?: string;
  /** What to do, where it is not plain. */
  readonly cure?: string;
}

const longestFound = 60;
const mostListed = 200;

export function formatPath(path: ConfigPath): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    const name = String(part);
    if (!/^[A-Za-z_$][\w$-]{0,63}$/.test(name)) return `${text}[${JSON.stringify(cleanText(name, longestFound))}]`;
    return text === "" ? name : `${text}.${name}`;
  }, "");
}

/** Words for the value at `path`: at most about 60 characters, and never a secret. */
export function describeFound(value: unknown, path: ConfigPath): string {
  if (value === undefined) return "nothing";
  if (path.some((part) => typeof part === "string" && isSecretName(part))) return `[hidden] (${typeof value})`;
  if (value === null) return "null";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  switch (typeof value) {
    case "string":
      return JSON.stringify(cleanText(value, longestFound));
    case "object":
      return "an object";
    case "function":
      return "a function";
    case "symbol":
      return "a symbol";
    default:
      return cleanText(String(value), longestFound);
  }
}

/** All problems in one error: `detail.problems` for programs, one line each for people. */
export function configError(problems: readonly ConfigProblem[]): SwarmError {
  const lines = problems.slice(0, mostListed).map((problem) => `  ${formatProblem(problem)}`);
  if (problems.length > mostListed) lines.push(`  … and ${problems.length - mostListed} more`);
  const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
  return new SwarmError("CONFIG_INVALID", `The configuration has ${count}:\n${lines.join("\n")}`, {
    detail: { problems },
  });
}

/** One line: path, expectation, what was found, the nearest valid name, the cure. */
export function formatProblem(problem: ConfigProblem): string {
  const place = problem.path === "" ? "(the whole)" : problem.path;
  const hint = problem.nearest === undefined ? "" : `; did you mean ${JSON.stringify(problem.nearest)}?`;
  const cure = problem.cure === undefined ? "" : ` (${problem.cure})`;
  const rule = /\bmust\b/.test(problem.expected) ? problem.expected : `expected ${problem.expected}`;
  return `${place}: ${rule}, found ${problem.found}${hint}${cure}`;
}
