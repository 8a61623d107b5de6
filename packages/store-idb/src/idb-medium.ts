import { type Clock, type EventBus, type SignalOptions, SwarmError } from "@swarm-space/core";
import { type IdbDatabase, openDatabase } from "./idb-driver.ts";
import { isConnectionGone, isVersionBehind } from "./idb-errors.ts";

/** Object store of our own; no namespace can have this name. */
const metaName = "~swarm";
const schemaKey = "schema";
const schemaVersion = 1;
/** Other tabs may be faster so often before it is an error. */
const maxAttempts = 32;

export interface IdbMediumOptions {
  readonly name: string;
  readonly blockedTimeoutMs: number;
  readonly clock: Clock;
  readonly events?: EventBus;
}

/**
 * The database behind a connection that comes and goes: each namespace is an object store, made when it is first written, which
 * needs a new version and hence that all other tabs let go for a moment. They do, and connect again at their next use.
 */
export class IdbMedium {
  readonly #options: IdbMediumOptions;
  readonly #closing = new AbortController();
  #database: IdbDatabase | undefined;
  #connecting: Promise<IdbDatabase> | undefined;
  #known = false;

  private constructor(options: IdbMediumOptions) {
    this.#options = options;
  }

  /**
   * Connects and checks the schema.
   * @throws SwarmError `STORE_NEWER`, `STORE_BLOCKED`, `STORE_FAILED`
   */
  static async open(options: IdbMediumOptions, { signal }: SignalOptions): Promise<IdbMedium> {
    const medium = new IdbMedium(options);
    const onAbort = () => medium.#closing.abort(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      signal.throwIfAborted();
      await medium.#connect([]);
      return medium;
    } catch (error) {
      await medium.close();
      throw error;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  /** Runs with a connection that has these object stores. Run again where the connection went before anything was begun. */
  async with<Value>(names: readonly string[], run: (database: IdbDatabase) => Promise<Value>): Promise<Value> {
    for (let attempt = 1; ; attempt += 1) {
      const database = await this.#connect(names);
      try {
        return await run(database);
      } catch (error) {
        if (!isConnectionGone(error) || attempt >= maxAttempts || this.#closing.signal.aborted) throw error;
        if (this.#database === database) this.#database = undefined;
      }
    }
  }

  async close(): Promise<void> {
    this.#closing.abort(new SwarmError("STORE_CLOSED", `the store "${this.#options.name}" is closed`));
    this.#database?.close();
    this.#database = undefined;
    await this.#connecting?.catch(() => undefined);
  }

  async #connect(names: readonly string[]): Promise<IdbDatabase> {
    for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
      this.#closing.signal.throwIfAborted();
      const database = this.#database;
      if (database !== undefined && hasAll(database, names)) return database;
      this.#connecting ??= this.#reconnect(names).finally(() => {
        this.#connecting = undefined;
      });
      await this.#connecting;
    }
    throw new SwarmError("STORE_FAILED", `other tabs changed "${this.#options.name}" ${maxAttempts} times in a row`);
  }

  /** One step: connects to the version that there is, or to the next with what is missing. */
  async #reconnect(names: readonly string[]): Promise<IdbDatabase> {
    const next = this.#database === undefined ? undefined : this.#database.version + 1;
    this.#database?.close();
    this.#database = undefined;
    try {
      const database = await this.#open(next, names);
      if (database.objectStoreNames.contains(metaName)) return await this.#adopt(database);
      // A database that somebody else made empty: the next version gives it ours.
      database.close();
      return await this.#adopt(await this.#open(database.version + 1, names));
    } catch (error) {
      if (isVersionBehind(error)) return this.#adopt(await this.#open(undefined, names));
      throw error;
    }
  }

  #open(version: number | undefined, names: readonly string[]): Promise<IdbDatabase> {
    const { name, clock, blockedTimeoutMs, events } = this.#options;
    return openDatabase({
      name,
      ...(version === undefined ? {} : { version }),
      signal: this.#closing.signal,
      clock,
      blockedTimeoutMs,
      upgrade: (database) => this.#upgrade(database, names),
      onBlocked: () => events?.emit("store:blocked", { store: name, detail: "another tab keeps an old version open" }),
      onGone: (database) => {
        if (this.#database === database) this.#database = undefined;
      },
    });
  }

  #upgrade(database: IdbDatabase, names: readonly string[]): void {
    if (!database.objectStoreNames.contains(metaName)) {
      if (this.#known) {
        const detail = "the browser or somebody else deleted the database; it begins anew, empty";
        this.#options.events?.emit("store:evicted", { store: this.#options.name, detail });
      }
      database.createObjectStore(metaName).put(schemaVersion, schemaKey);
    }
    for (const name of names) if (!database.objectStoreNames.contains(name)) database.createObjectStore(name);
  }

  async #adopt(database: IdbDatabase): Promise<IdbDatabase> {
    try {
      const version: unknown = await database.get(metaName, schemaKey);
      const { name } = this.#options;
      if (typeof version !== "number")
        throw new SwarmError("STORE_CORRUPT", `"${name}" has no schema version`, { detail: { store: name } });
      if (version > schemaVersion) {
        const detail = { store: name, version, known: schemaVersion };
        throw new SwarmError("STORE_NEWER", `"${name}" has schema ${version}, this version knows ${schemaVersion}`, {
          detail,
        });
      }
      this.#closing.signal.throwIfAborted();
    } catch (error) {
      database.close();
      // Asked to let go in this very moment: the caller connects again.
      if (isConnectionGone(error)) return database;
      throw error;
    }
    this.#known = true;
    this.#database = database;
    return database;
  }
}

function hasAll(database: IdbDatabase, names: readonly string[]): boolean {
  return names.every((name) => database.objectStoreNames.contains(name));
}
