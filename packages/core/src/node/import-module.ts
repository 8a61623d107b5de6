import { pathToFileURL } from "node:url";
import { runBounded } from "../assembly/run-bounded.ts";
import type { Clock } from "../ports/clock.ts";

const timeoutMs = 30_000;

/**
 * What a file exports. Its time is bounded: at an `await` of a module that never ends Node has nothing left to do, and goes
 * with exit code 13 and no word. The timer keeps it. Rejects with what the module threw, or an Error where it is not done in 30 s.
 */
export async function importModule(file: string, clock: Clock): Promise<unknown> {
  let module: unknown;
  const load = async (): Promise<void> => {
    module = await import(pathToFileURL(file).href);
  };
  const ended = await runBounded(load, { clock, timeoutMs });
  if (ended.kind === "done") return module;
  if (ended.kind === "failed") throw ended.error;
  throw new Error(`it is not done loading after ${timeoutMs} ms; look for an \`await\` that never ends`);
}
