import type { Clock, EventBus } from "@swarm-space/core";
import { type LevelStore, type LevelStoreContext, levelStore } from "@swarm-space/store-level";
import { openClassicLevel } from "../../src/level-driver.ts";
import { reserveFile } from "../../src/reserve-file.ts";

/** A disk that can be full, or fail at the n-th write from now on. Beneath it everything is real. */
export class FaultyDisk {
  full = false;
  failWriteAt: number | undefined;
  failure: () => Error = () => noSpace();
  opens = 0;
  writes = 0;

  context(clock: Clock, events?: EventBus): LevelStoreContext {
    return {
      clock,
      ...(events === undefined ? {} : { events }),
      random: { bytes: (length) => new Uint8Array(length), float: () => 0 },
      openLevel: async (path) => {
        this.opens += 1;
        const database = await openClassicLevel(path);
        return {
          ...database,
          write: async (writes, sync) => {
            this.writes += 1;
            if (this.full || this.writes === this.failWriteAt) throw this.failure();
            await database.write(writes, sync);
          },
        };
      },
      reserveAt: (path, noise) => {
        const real = reserveFile(path, noise);
        return {
          ...real,
          free: async () => (this.full ? 0 : real.free()),
          grow: async (bytes) => (this.full ? real.size() : real.grow(bytes)),
        };
      },
    };
  }

  store(path: string, clock: Clock, events?: EventBus): LevelStore {
    return levelStore({ path, reserveBytes: 65_536 }, this.context(clock, events));
  }
}

export function noSpace(): Error {
  return Object.assign(new Error("IO error: 000005.log: No space left on device"), { code: "LEVEL_IO_ERROR" });
}
