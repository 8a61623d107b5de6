import { describeError, SwarmError } from "@swarm-space/core";
import { errorTable } from "./error-table.ts";

/** The error of an engine that does not load, with its cure. */
export function engineMissing(name: string, cause: unknown): SwarmError {
  return new SwarmError("ENGINE_MISSING", `${name} does not load: ${describeError(cause)}`, {
    cause,
    cure: errorTable.ENGINE_MISSING,
  });
}
