/** Where a play takes place: a screen, a folder, and processes. It is struck when this process ends, by Ctrl-C, by a fault, or by itself. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { Children } from "./children.mjs";
import { NodeProcesses } from "./node-processes.mjs";
import { openScreen } from "./screen.mjs";

const calmEveryMs = 1_000;

/** @param {{ once?: boolean, json?: boolean, folderName: string, nodeScript: URL, onReport?: (report: any) => void }} o `nodeScript`: what each node runs */
export function openStage({ once, json, folderName, nodeScript, onReport }) {
  const screen = openScreen(json ? process.stderr : process.stdout);
  const folder = mkdtempSync(join(tmpdir(), folderName));
  const stop = new AbortController();
  const children = new Children(fail);
  const nodes = new NodeProcesses({ children, folder, script: nodeScript, onBreaker: tellBreaker, onReport });
  process.on("exit", () => {
    children.killAll();
    rmSync(folder, { recursive: true, force: true });
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, onSignal);
  process.on("uncaughtException", fail);
  process.on("unhandledRejection", fail);
  return {
    screen,
    folder,
    children,
    nodes,
    /** Starts nodes of these names, and says who they are. */
    async enter(names, settingsOf, withinMs) {
      const startedAt = Date.now();
      await nodes.start(names, settingsOf, withinMs);
      for (const { name, id, pid } of nodes.all) screen.say(`node      ${name}, process ${pid}, ${id}`);
      screen.say(`found     each knows the two others, ${Date.now() - startedAt} ms after the start`);
    },
    /** Given when a person asks to end. */
    stop: stop.signal,
    /** In the middle of a play that ends by itself, who asks to end need not wait. */
    endIfAsked() {
      if (stop.signal.aborted && once) process.exit(130);
    },
    /** A letter a second from each to each, until Ctrl-C; `tell` is called after each look. */
    async goOn({ ttlMs, lookMs, withinMs, tell }) {
      screen.say("going on  a letter a second from each to each; Ctrl-C ends it");
      nodes.talk(calmEveryMs, ttlMs);
      while (!stop.signal.aborted) {
        await sleep(lookMs, undefined, { signal: stop.signal }).catch(() => undefined);
        await nodes.askStatus(withinMs);
        tell();
      }
    },
  };

  function tellBreaker({ name, transport, peer, rendezvous }) {
    const where = peer ? `to ${nodes.nameOf(peer)}` : `by ${rendezvous}`;
    screen.say(`          ${name}: breaker opens, ${transport} ${where}`);
  }

  /** The first asks to end; in the middle of the play, and the second time, there is nothing to wait for. */
  function onSignal() {
    if (stop.signal.aborted || once) process.exit(130);
    stop.abort();
  }

  function fail(error) {
    screen.say(`FAILED    ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    process.exit(1);
  }
}
