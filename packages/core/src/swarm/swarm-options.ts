import { describeError, SwarmError } from "../errors/index.ts";
import { logLevels } from "../status/console-logger.ts";

/**
 * A copy, for what is read twice may be two things. Checked is what is given in code alone; the rest is for the configuration's schema.
 * @throws SwarmError `OPTION_INVALID`
 */
export function readSwarmOptions<Options extends object>(o: Options): Options {
  if (!isRecord(o)) return refuse("", "an object with options", o);
  try {
    const given = { ...o };
    check(given);
    return given;
  } catch (cause) {
    if (SwarmError.is(cause)) throw cause;
    const what = `createSwarm: expected options that can be read, found one that threw: ${describeError(cause)}`;
    throw new SwarmError("OPTION_INVALID", what, { cause, detail: { path: "" } });
  }
}

function check({ replace = [], log }: Readonly<Record<string, unknown>>): void {
  if (log !== undefined && !logLevels.some((level) => level === log))
    refuse("log", `one of ${logLevels.join(", ")}`, log);
  if (!Array.isArray(replace)) return refuse("replace", "a list", replace);
  replace.forEach((each: unknown, at) => {
    if (!isRecord(each) || typeof each["apply"] !== "function")
      refuse(`replace[${at}]`, "what replaceRoom gives", each);
  });
}

function refuse(path: string, expected: string, found: unknown): never {
  const what = typeof found === "string" ? JSON.stringify(found.slice(0, 40)) : found === null ? "null" : typeof found;
  throw new SwarmError("OPTION_INVALID", `${path || "createSwarm"}: expected ${expected}, found ${what}`, {
    detail: { path },
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
