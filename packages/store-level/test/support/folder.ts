import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, systemClock, systemRandom } from "@swarm-space/core";
import { type LevelStore, levelStore } from "@swarm-space/store-level";
import { onTestFinished } from "vitest";

export const signal = new AbortController().signal;

export async function makeFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), "swarm-store-"));
}

/** A folder that is gone after the test. */
export async function folderForTest(): Promise<string> {
  const folder = await makeFolder();
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, "store");
}

export function storeAt(path: string, clock: Clock = systemClock()): LevelStore {
  return levelStore({ path, reserveBytes: 65_536 }, { clock, random: systemRandom() });
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A clock that stands until it is moved. */
export function standingClock(): Clock & { move(ms: number): void } {
  let now = 0;
  return {
    now: () => now,
    wall: () => now,
    timer: () => ({ [Symbol.dispose]: () => {} }),
    move(ms) {
      now += ms;
    },
  };
}
