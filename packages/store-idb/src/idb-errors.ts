import { describeError, SwarmError } from "@swarm-space/core";
import { errorTable } from "./error-table.ts";

/** Says what IndexedDB said in the codes of the port. */
export function storeError(error: unknown, name: string, doing: string): SwarmError {
  if (SwarmError.is(error)) return error;
  const detail = { store: name };
  if (nameOf(error) === "QuotaExceededError") {
    const cure = "Make room on the disk, or let the site ask for persistent storage.";
    return new SwarmError("STORE_FULL", `the browser has no room for "${name}"`, { cause: error, detail, cure });
  }
  return new SwarmError("STORE_FAILED", `"${name}" could not be ${doing}: ${describeError(error)}`, {
    cause: error,
    detail,
  });
}

/** Somebody else wrote into this database. */
export function foreignEntryError(name: string): SwarmError {
  return new SwarmError("STORE_CORRUPT", `"${name}" holds an entry that this store did not write`, {
    detail: { store: name },
  });
}

/** The connection was closed before anything was begun on it: another tab asked, or the browser did. */
export function isConnectionGone(error: unknown): boolean {
  return nameOf(error) === "InvalidStateError";
}

/** A connection was opened for a version, and the database has a later one already. */
export function isVersionBehind(error: unknown): boolean {
  return nameOf(error) === "VersionError";
}

export function blockedError(name: string, blockedTimeoutMs: number): SwarmError {
  return new SwarmError(
    "STORE_BLOCKED",
    `another tab has kept "${name}" at an old version for ${blockedTimeoutMs} ms`,
    {
      detail: { store: name, blockedTimeoutMs },
      cure: errorTable.STORE_BLOCKED,
    },
  );
}

function nameOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "name" in error ? error.name : undefined;
}
