import { type Clock, describeError, type EventBus, type StoreOperation, SwarmError } from "@swarm-space/core";
import { placeOf } from "./key-codec.ts";
import type { LevelDatabase, LevelPage, LevelWrite } from "./level-driver.ts";
import { storeError } from "./level-errors.ts";
import { type LevelFolder, openFolder } from "./level-folder.ts";
import { ReadGate } from "./read-gate.ts";
import { sealValue } from "./value-codec.ts";

/** Free bytes beyond the reserve before writing is tried again. */
const marginBytes = 1_048_576;
/** Reopening that failed is not tried again for so long. */
const retryMs = 1_000;

export interface LevelMediumContext {
  readonly folder: LevelFolder;
  readonly clock: Clock;
  readonly events?: EventBus;
}

/**
 * An open folder. After any failed write the database is read-only until it was opened again: LevelDB's log may end in a
 * torn record, and what is appended behind one is lost at the next opening.
 */
export class LevelMedium {
  readonly #context: LevelMediumContext;
  readonly #gate = new ReadGate();
  #database: LevelDatabase | undefined;
  #readOnly: SwarmError | undefined;
  #retryAt = Number.NEGATIVE_INFINITY;

  private constructor(context: LevelMediumContext, database: LevelDatabase, full: boolean) {
    this.#context = context;
    this.#database = database;
    if (full) this.#refuseWrites(fullError(context.folder.path));
  }

  static async open(context: LevelMediumContext, o: { readonly signal: AbortSignal }): Promise<LevelMedium> {
    const { database, full } = await openFolder(context.folder, o);
    return new LevelMedium(context, database, full);
  }

  get(place: Uint8Array): Promise<Uint8Array | undefined> {
    return this.#read((database) => database.get(place));
  }

  page(page: LevelPage): Promise<readonly (readonly [Uint8Array, Uint8Array])[]> {
    return this.#read((database) => database.page(page));
  }

  /** All or nothing. One call at a time. */
  async write(operations: readonly StoreOperation[], sync: boolean): Promise<void> {
    await this.#becomeWritable();
    const database = this.#opened();
    try {
      await database.write(operations.map(writeOf), sync);
    } catch (error) {
      const failure = storeError(error, this.#context.folder.path, "written");
      this.#refuseWrites(failure);
      throw failure;
    }
  }

  async close(): Promise<void> {
    await this.#gate.change(async () => {
      const database = this.#database;
      this.#database = undefined;
      await database?.close();
    });
  }

  async #read<Value>(run: (database: LevelDatabase) => Promise<Value>): Promise<Value> {
    return this.#gate.read(async () => {
      try {
        return await run(this.#opened());
      } catch (error) {
        throw storeError(error, this.#context.folder.path, "read");
      }
    });
  }

  #opened(): LevelDatabase {
    if (this.#database !== undefined) return this.#database;
    throw this.#readOnly ?? new SwarmError("STORE_CLOSED", `"${this.#context.folder.path}" is closed`);
  }

  #refuseWrites(failure: SwarmError): void {
    const { folder, events } = this.#context;
    if (this.#readOnly === undefined && failure.code === "STORE_FULL")
      events?.emit("store:full", { store: folder.path, detail: failure.message });
    this.#readOnly = failure;
  }

  async #becomeWritable(): Promise<void> {
    const failure = this.#readOnly;
    if (failure === undefined) return;
    const { folder, clock, events } = this.#context;
    if (clock.now() < this.#retryAt) throw failure;
    if (failure.code === "STORE_FULL") {
      const missing = folder.reserveBytes - (await folder.reserve.size());
      if ((await folder.reserve.free()) < missing + marginBytes) throw fullError(folder.path);
    }
    this.#retryAt = clock.now() + retryMs;
    await this.#gate.change(() => this.#reopen());
    this.#retryAt = Number.NEGATIVE_INFINITY;
    events?.emit("store:writable", { store: folder.path, detail: `after: ${describeError(failure)}` });
  }

  async #reopen(): Promise<void> {
    const database = this.#database;
    this.#database = undefined;
    await database?.close();
    const { database: opened, full } = await openFolder(this.#context.folder, { signal: new AbortController().signal });
    this.#database = opened;
    this.#readOnly = full ? fullError(this.#context.folder.path) : undefined;
    if (this.#readOnly !== undefined) throw this.#readOnly;
  }
}

function fullError(path: string): SwarmError {
  return new SwarmError("STORE_FULL", `the disk of "${path}" is full`, { detail: { store: path } });
}

function writeOf(operation: StoreOperation): LevelWrite {
  const key = placeOf(operation.namespace, operation.key);
  return operation.type === "put" ? { type: "put", key, value: sealValue(key, operation.value) } : { type: "del", key };
}
