import { closeSync, existsSync, openSync, readFileSync, writeSync } from "node:fs";
import { open } from "node:fs/promises";

/** Lines of words, appended; what was written is there after the death of the process. */
export function appendLog(path) {
  const file = openSync(path, "a");
  return {
    add: (...words) => void writeSync(file, `${words.join(" ")}\n`),
    close: () => closeSync(file),
  };
}

/** The same; resolves when the medium has it. */
export async function syncedLog(path) {
  const file = await open(path, "a");
  return {
    async add(...words) {
      await file.write(`${words.join(" ")}\n`);
      await file.datasync();
    },
    close: () => file.close(),
  };
}

/** Whole lines, each as its words. */
export function readLog(path) {
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8")
    .split("\n")
    .slice(0, -1)
    .map((line) => line.split(" "));
}
