import { mkdir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { type SignalOptions, SwarmError } from "@swarm-space/core";
import type { LevelDatabase, OpenLevel } from "./level-driver.ts";
import { corruptStore, storeError } from "./level-errors.ts";
import { isFull, type Reserve } from "./reserve-file.ts";
import { openValue, sealValue } from "./value-codec.ts";

/** Version of the layout: places and sealed values. */
const schemaVersion = 1;
/** Before every namespace, as no name is empty. */
const schemaPlace = Buffer.from("\0schema", "latin1");

export interface LevelFolder {
  readonly path: string;
  readonly open: OpenLevel;
  readonly reserve: Reserve;
  readonly reserveBytes: number;
}

export interface OpenedFolder {
  readonly database: LevelDatabase;
  /** The disk has no room for a whole reserve: read-only until there is. */
  readonly full: boolean;
}

/**
 * Opens the folder's database, on a full disk too: then the reserve is given up for it.
 * @throws SwarmError `STORE_LOCKED`, `STORE_NEWER`, `STORE_CORRUPT`, `STORE_FULL`, `STORE_FAILED`
 */
export async function openFolder(folder: LevelFolder, { signal }: SignalOptions): Promise<OpenedFolder> {
  try {
    await mkdir(folder.path, { recursive: true, mode: 0o700 });
    await refuseHeadless(folder.path);
    signal.throwIfAborted();
    const { database, full } = await openOrGiveWay(folder);
    try {
      await checkSchema(database, folder.path);
      const whole = (await folder.reserve.grow(folder.reserveBytes)) >= folder.reserveBytes;
      signal.throwIfAborted();
      return { database, full: full || !whole };
    } catch (error) {
      await database.close();
      throw error;
    }
  } catch (error) {
    throw signal.aborted ? signal.reason : storeError(error, folder.path, "opened");
  }
}

async function openOrGiveWay({ path, open, reserve }: LevelFolder): Promise<OpenedFolder> {
  try {
    return { database: await open(path), full: false };
  } catch (error) {
    if (!isFull(error) || (await reserve.size()) === 0) throw error;
    await reserve.remove();
    return { database: await open(path), full: true };
  }
}

/** LevelDB would begin anew where its pointer file is lost, and throw all the rest away. */
async function refuseHeadless(path: string): Promise<void> {
  const files = await readdir(path);
  if (files.includes("CURRENT")) return;
  for (const file of files) {
    const kept = /\.(ldb|sst)$/.test(file) || (/^\d+\.log$/.test(file) && (await stat(join(path, file))).size > 0);
    if (kept) throw corruptStore(path, `${file} is there, the file CURRENT is not`);
  }
}

async function checkSchema(database: LevelDatabase, path: string): Promise<void> {
  const sealed = await database.get(schemaPlace);
  if (sealed === undefined) {
    if ((await database.page({ reverse: false, limit: 1 })).length > 0) {
      const cure = "Give this node a `path` of its own.";
      throw new SwarmError("STORE_FAILED", `"${path}" holds a database of something else`, {
        detail: { store: path },
        cure,
      });
    }
    await database.write(
      [{ type: "put", key: schemaPlace, value: sealValue(schemaPlace, Uint8Array.of(schemaVersion)) }],
      true,
    );
    return;
  }
  const version = openValue(schemaPlace, sealed)?.[0];
  if (version === undefined) throw corruptStore(path, "its schema version cannot be read");
  if (version > schemaVersion) {
    throw new SwarmError("STORE_NEWER", `"${path}" has schema ${version}, this version knows ${schemaVersion}`, {
      detail: { store: path, version, known: schemaVersion },
    });
  }
}
