import { exitCodes } from "../src/exit-codes.ts";
import { runCli } from "../src/run-cli.ts";
import type { Stage } from "../src/stage.ts";
import { rootFolder } from "./command.ts";

/** A stage where nothing is read and nothing shown. */
export function stageHere(folder: string): Stage {
  return {
    folder,
    version: "0.0.0",
    nodeVersion: process.versions.node,
    isTerminal: false,
    say: () => undefined,
    warn: () => undefined,
    lines: async function* () {},
    untilStopped: () => new AbortController().signal,
  };
}

/**
 * One command line in this process: for the many that need no process of their own. Nobody types.
 * @param o.stopsAt it is asked to stop when it says such a line; undefined: nobody stops it
 */
export async function runHere(
  words: readonly string[],
  o: { readonly folder?: string; readonly stopsAt?: RegExp } = {},
) {
  const out: string[] = [];
  const err: string[] = [];
  const stop = new AbortController();
  const exitCode = await runCli(words, {
    ...stageHere(o.folder ?? rootFolder),
    say: (line) => {
      out.push(line);
      if (o.stopsAt?.test(line)) stop.abort();
    },
    warn: (line) => err.push(line),
    untilStopped: () => stop.signal,
  });
  if (!Object.values<number>(exitCodes).includes(exitCode)) throw new Error(`exit code ${exitCode} is not documented`);
  return { exitCode, out: out.join("\n"), err: err.join("\n") };
}
