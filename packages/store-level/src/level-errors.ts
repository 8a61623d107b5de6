import { describeError, SwarmError } from "@swarm-space/core";
import { isFull } from "./reserve-file.ts";

/** Says what LevelDB or the file system said in the codes of the port. */
export function storeError(error: unknown, path: string, doing: string): SwarmError {
  if (SwarmError.is(error)) return error;
  const detail = { store: path };
  const codes = codesOf(error);
  const what = `"${path}" could not be ${doing}: ${describeError(deepest(error))}`;
  if (isFull(error)) return new SwarmError("STORE_FULL", `the disk of "${path}" is full`, { cause: error, detail });
  if (codes.has("LEVEL_LOCKED")) {
    const cure = "Stop the other process that uses this folder, or give this node a `path` of its own.";
    return new SwarmError("STORE_LOCKED", `"${path}" is in use by another node`, { cause: error, detail, cure });
  }
  if (codes.has("LEVEL_CORRUPTION")) return corruptStore(path, describeError(deepest(error)), error);
  return new SwarmError("STORE_FAILED", what, { cause: error, detail });
}

/** The bytes in this folder are not what was written. */
export function corruptStore(path: string, what: string, cause?: unknown): SwarmError {
  return new SwarmError("STORE_CORRUPT", `"${path}" is damaged: ${what}`, {
    ...(cause === undefined ? {} : { cause }),
    detail: { store: path },
    cure: "Restore the folder from a backup, or remove it: what peers have is fetched again.",
  });
}

function codesOf(error: unknown): ReadonlySet<unknown> {
  const codes = new Set<unknown>();
  for (let at: unknown = error; at instanceof Error && codes.size < 8; at = at.cause)
    codes.add("code" in at ? at.code : at.name);
  return codes;
}

function deepest(error: unknown, depth = 0): unknown {
  return error instanceof Error && error.cause !== undefined && depth < 8 ? deepest(error.cause, depth + 1) : error;
}
