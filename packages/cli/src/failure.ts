import { codeOf, describeError, SwarmError } from "@swarm-space/core";
import { errorTable } from "./error-table.ts";

/** An error of the command's own. @param cure where the table's own is not exact enough */
export function failure(
  code: keyof typeof errorTable,
  what: string,
  cause?: unknown,
  cure: string = errorTable[code],
): SwarmError {
  return new SwarmError(code, what, { cure, ...(cause === undefined ? {} : { cause }) });
}

/** Code, what happened, what to do: one line each. */
export function failureLines(error: unknown): readonly string[] {
  const head = `${codeOf(error, "UNEXPECTED")}: ${describeError(error)}`;
  if (!SwarmError.is(error)) return [head, "  cure: report it, with what you did before."];
  const cause = error.cause === undefined ? [] : [`  cause: ${describeError(error.cause)}`];
  return [head, ...cause, ...(error.cure === "" ? [] : [`  cure: ${error.cure}`])];
}
