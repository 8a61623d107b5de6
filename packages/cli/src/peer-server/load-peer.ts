import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { compileFunction } from "node:vm";
import type { Clock } from "@swarm-space/core";
import type * as Peer from "peer";

export interface LoadedPeer {
  readonly ExpressPeerServer: typeof Peer.ExpressPeerServer;
  /** Ends the timers that the library set, and sets no more. Twice is harmless. */
  end(): void;
}

/**
 * The `peer` library with timers of its own: it keeps two going for ever and hands neither out, so they would hold the process
 * after its server is closed.
 */
export function loadPeer(clock: Clock): LoadedPeer {
  const timers = new Set<Disposable>();
  let ended = false;
  const setTimer = (fn: () => void, delayMs: number): Disposable | undefined => {
    if (ended) return undefined;
    const timer = clock.timer(delayMs, () => {
      timers.delete(timer);
      fn();
    });
    timers.add(timer);
    return timer;
  };
  const clearTimer = (timer: Disposable | undefined): void => {
    if (timer && timers.delete(timer)) timer[Symbol.dispose]();
  };
  const file = createRequire(import.meta.url).resolve("peer");
  const exports: Partial<typeof Peer> = {};
  const names = ["exports", "module", "require", "setTimeout", "clearTimeout"];
  const run = compileFunction(readFileSync(file, "utf8"), names, { filename: file });
  run(exports, { exports }, createRequire(file), setTimer, clearTimer);
  if (!exports.ExpressPeerServer) throw new TypeError(`no PeerServer in ${file}`);
  return {
    ExpressPeerServer: exports.ExpressPeerServer,
    end: () => {
      ended = true;
      for (const timer of timers) timer[Symbol.dispose]();
      timers.clear();
    },
  };
}
