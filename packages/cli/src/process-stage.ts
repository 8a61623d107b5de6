import { readFileSync } from "node:fs";
import process from "node:process";
import { createInterface, type Interface } from "node:readline";
import { systemClock } from "@swarm-space/core";
import { exitCodes } from "./exit-codes.ts";
import type { Stage } from "./stage.ts";

/** One press of Ctrl-C may come twice: from the terminal, and from a parent that passes it on. */
const sameAskingMs = 500;

/** The stage of this process. */
export function processStage(): Stage {
  // A reader that has gone, as in `… | head`, is a reason to end and no failure.
  process.stdout.on("error", () => process.exit(exitCodes.done));
  const { stdin, stdout } = process;
  const isTerminal = stdin.isTTY === true && stdout.isTTY === true;
  const open = new Set<Interface>();
  return {
    folder: process.cwd(),
    version: readVersion(),
    nodeVersion: process.versions.node,
    isTerminal,
    say: (line) => {
      // What somebody is typing is taken away, and put back below the line.
      if (isTerminal && open.size > 0) stdout.write("\r\u001b[K");
      stdout.write(`${line}\n`);
      if (isTerminal) for (const reader of open) reader.prompt(true);
    },
    warn: (line) => void process.stderr.write(`${line}\n`),
    lines: async function* (signal) {
      const screen = isTerminal ? { output: stdout, prompt: "> " } : {};
      const reader = createInterface({ input: stdin, signal, crlfDelay: Number.POSITIVE_INFINITY, ...screen });
      // A terminal that is read by the key tells of Ctrl-C here instead.
      reader.on("SIGINT", () => process.emit("SIGINT"));
      open.add(reader);
      if (isTerminal) reader.prompt();
      try {
        for await (const line of reader) {
          yield line;
          if (isTerminal) reader.prompt();
        }
      } finally {
        open.delete(reader);
        reader.close();
      }
    },
    untilStopped,
  };
}

function untilStopped(): AbortSignal {
  const clock = systemClock();
  const stop = new AbortController();
  let askedAt: number | undefined;
  const onSignal = () => {
    if (askedAt !== undefined && clock.now() - askedAt > sameAskingMs) process.exit(exitCodes.forced);
    askedAt ??= clock.now();
    stop.abort();
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, onSignal);
  return stop.signal;
}

function readVersion(): string {
  const described: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  return typeof described === "object" && described !== null && "version" in described
    ? String(described.version)
    : "0.0.0";
}
