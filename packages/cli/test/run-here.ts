import { exitCodes } from "../src/exit-codes.ts";
import { runCli } from "../src/run-cli.ts";
import { rootFolder } from "./command.ts";

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
    folder: o.folder ?? rootFolder,
    version: "0.0.0",
    isTerminal: false,
    say: (line) => {
      out.push(line);
      if (o.stopsAt?.test(line)) stop.abort();
    },
    warn: (line) => err.push(line),
    lines: async function* () {},
    untilStopped: () => stop.signal,
  });
  if (!Object.values<number>(exitCodes).includes(exitCode)) throw new Error(`exit code ${exitCode} is not documented`);
  return { exitCode, out: out.join("\n"), err: err.join("\n") };
}
