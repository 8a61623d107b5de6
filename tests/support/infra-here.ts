import { runCli } from "@swarm-space/cli";

/** `swarm-space infra` in this process: what it told when all was there, and what ends it. */
export async function openInfra(words: readonly string[]) {
  const stop = new AbortController();
  const ready = Promise.withResolvers<string>();
  const exit = runCli(["infra", ...words, "--json"], {
    folder: process.cwd(),
    version: "0.0.0",
    nodeVersion: process.versions.node,
    isTerminal: false,
    say: (line) => ready.resolve(line),
    warn: (line) => ready.reject(new Error(line)),
    lines: async function* () {},
    untilStopped: () => stop.signal,
  });
  return {
    told: JSON.parse(await ready.promise),
    close: () => {
      stop.abort();
      return exit;
    },
  };
}
