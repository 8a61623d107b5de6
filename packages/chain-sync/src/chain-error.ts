import { SwarmError, type SwarmErrorOptions } from "@swarm-space/core";
import { errorTable } from "./error-table.ts";

/** An error of this plugin, with its table's cure unless another is given. */
export function chainError(code: keyof typeof errorTable, what: string, o: SwarmErrorOptions = {}): SwarmError {
  return new SwarmError(code, what, { cure: errorTable[code], ...o });
}
