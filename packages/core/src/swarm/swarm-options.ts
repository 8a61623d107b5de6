import { SwarmError } from "../errors/index.ts";
import { logLevels } from "../status/console-logger.ts";

/** Of what is given in code alone; the rest is for the configuration's schema to check. @throws SwarmError `OPTION_INVALID` */
export function checkSwarmOptions(o: unknown): void {
  if (!isRecord(o)) return refuse("", "an object with options", o);
  const { replace = [], log } = o;
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
