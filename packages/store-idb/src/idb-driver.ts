import { type Clock, SwarmError } from "@swarm-space/core";
import { type IDBPDatabase, openDB } from "idb";
import { blockedError } from "./idb-errors.ts";

/** A connection, with object stores named at run time. */
export type IdbDatabase = IDBPDatabase<unknown>;

export interface IdbOpening {
  readonly name: string;
  /** Absent: the version that there is. */
  readonly version?: number;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly blockedTimeoutMs: number;
  upgrade(database: IdbDatabase): void;
  /** Another connection does not let go. */
  onBlocked(): void;
  /** This connection must be given up: "asked" by another tab, "terminated" by the browser. */
  onGone(database: IdbDatabase, why: "asked" | "terminated"): void;
}

/** Tabs that let go do so within this; only then is it worth a word. */
const graceMs = 250;

/**
 * Opens a connection that gives way to newer ones. IndexedDB cannot call an opening off; one that comes too late is closed.
 * @throws SwarmError `STORE_BLOCKED`, `STORE_FAILED`; else what IndexedDB said, or the signal's reason
 */
export async function openDatabase(opening: IdbOpening): Promise<IdbDatabase> {
  const { name, version, signal, clock, blockedTimeoutMs, upgrade, onBlocked, onGone } = opening;
  signal.throwIfAborted();
  if (typeof indexedDB === "undefined") {
    const cure = "In Node use @swarm-space/store-level; in a browser leave private modes that forbid storage.";
    throw new SwarmError("STORE_FAILED", "there is no IndexedDB here", { detail: { store: name }, cure });
  }
  const over = Promise.withResolvers<never>();
  const onAbort = () => over.reject(signal.reason);
  const timers: Disposable[] = [];
  let current: IdbDatabase | undefined;
  let why: "asked" | "terminated" | undefined;
  const gone = (reason: "asked" | "terminated") => {
    why ??= reason;
    current?.close();
    if (current !== undefined) onGone(current, why);
  };
  const opened = openDB(name, version, {
    upgrade,
    blocked() {
      timers.push(
        clock.timer(Math.min(graceMs, blockedTimeoutMs), onBlocked),
        clock.timer(blockedTimeoutMs, () => over.reject(blockedError(name, blockedTimeoutMs))),
      );
    },
    blocking: () => gone("asked"),
    terminated: () => gone("terminated"),
  });
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    current = await Promise.race([opened, over.promise]);
  } catch (error) {
    opened.then(
      (late) => late.close(),
      () => undefined,
    );
    throw error;
  } finally {
    signal.removeEventListener("abort", onAbort);
    for (const timer of timers) timer[Symbol.dispose]();
  }
  if (why !== undefined) gone(why);
  return current;
}
