import type { Stage } from "./stage.ts";

/** Aborts when the process is asked to stop and, where `untilEof` says so, when standard input ends: its parent is gone. */
export function stopSignal(stage: Stage, untilEof = false): AbortSignal {
  const asked = stage.untilStopped();
  if (!untilEof) return asked;
  const ended = new AbortController();
  const drain = async () => {
    try {
      for await (const _ of stage.lines(asked)) if (asked.aborted) break;
    } finally {
      ended.abort();
    }
  };
  drain().catch(() => undefined); // the end of input is all that is asked here, however it came
  return AbortSignal.any([asked, ended.signal]);
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
