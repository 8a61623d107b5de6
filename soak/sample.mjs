import process from "node:process";
import { setImmediate as nextTask, setTimeout as pause } from "node:timers/promises";
import v8 from "node:v8";

/** Looks at what rests, spread over the time of rest. */
const looks = 4;

/** What this process holds now. */
export function sample() {
  const resources = process.getActiveResourcesInfo();
  return {
    at: performance.now(),
    heap: process.memoryUsage().heapUsed,
    code: compiledBytes(),
    timers: resources.filter((kind) => kind === "Timeout").length,
    sockets: resources.filter((kind) => kind.startsWith("TCP")).length,
  };
}

/**
 * Looks several times at what rests, each time behind a collection of all garbage, and takes the least of everything: what is
 * about to go (a link that retires, a packet that waits for its acknowledgement) is gone in one of them, and what stays is in all.
 */
export async function calmest(restMs) {
  const seen = [];
  for (let look = 0; look < looks; look++) {
    await pause(restMs / looks);
    await collect();
    seen.push(sample());
  }
  const least = (key) => Math.min(...seen.map((each) => each[key]));
  const calm = seen.find(({ heap }) => heap === least("heap"));
  return { at: calm.at, heap: calm.heap, code: calm.code, timers: least("timers"), sockets: least("sockets") };
}

/** Twice, for what was found unreachable may have held other things. */
async function collect() {
  if (globalThis.gc === undefined) throw new Error("run with --expose-gc");
  for (let i = 0; i < 2; i++) {
    await nextTask();
    globalThis.gc();
  }
}

/** Of the heap: machine code, byte code, and what V8 needs to leave it again. */
function compiledBytes() {
  return v8
    .getHeapSpaceStatistics()
    .filter(({ space_name: name }) => name.includes("code") || name.includes("trusted"))
    .reduce((sum, { space_used_size: bytes }) => sum + bytes, 0);
}
