import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import { cleanText, redact } from "./logger-redaction.ts";

/** From the one that writes most to the one that writes nothing. */
export const logLevels = Object.freeze(["debug", "info", "warn", "error", "silent"] as const);
export type LogLevel = (typeof logLevels)[number];

export interface ConsoleLoggerOptions {
  readonly clock: Clock;
  /** The least that is written. Default "warn". */
  readonly level?: LogLevel;
  /** Where lines go. Default: the console method of the level. */
  readonly write?: (level: Exclude<LogLevel, "silent">, line: string) => void;
  /** A warning or error of the same code and text is written once in this time, in milliseconds. Default 10,000; 0: always. */
  readonly repeatAfterMs?: number;
}

const rank: Readonly<Record<LogLevel, number>> = Object.freeze({ debug: 0, info: 1, warn: 2, error: 3, silent: 4 });
const mostRemembered = 256;

interface Repeat {
  readonly since: number;
  left: number;
}

/** Writes one line an entry, with its code. Secrets are hidden by name, repeats are counted instead of written. Never throws. */
export function consoleLogger(o: ConsoleLoggerOptions): Logger {
  const least = rank[o.level ?? "warn"];
  const write = o.write ?? ((level, line) => console[level](line));
  const repeatAfterMs = o.repeatAfterMs ?? 10_000;
  const repeats = new Map<string, Repeat>();

  /** How many were left out since the last one written; undefined: leave this one out too. */
  function leftOut(key: string): number | undefined {
    const known = repeats.get(key);
    const now = o.clock.now();
    if (known !== undefined && now - known.since < repeatAfterMs) {
      known.left += 1;
      return undefined;
    }
    repeats.delete(key);
    repeats.set(key, { since: now, left: 0 });
    if (repeats.size > mostRemembered) repeats.delete(repeats.keys().next().value ?? key);
    return known?.left ?? 0;
  }

  function log(level: Exclude<LogLevel, "silent">, code: string | undefined, text: string, detail: unknown): void {
    if (rank[level] < least) return;
    try {
      const left = code === undefined ? 0 : leftOut(`${level} ${code} ${text}`);
      if (left === undefined) return;
      const head = `swarm-space ${level}${code === undefined ? "" : ` ${cleanText(code, 80)}`}: ${cleanText(text)}`;
      const tail = detail === undefined ? "" : ` ${JSON.stringify(redact(detail))}`;
      write(level, `${head}${tail}${left > 0 ? ` (${left} more like this were left out)` : ""}`);
    } catch {
      // A log that cannot be written must not stop what it tells of.
    }
  }

  return Object.freeze({
    debug: (text, detail) => log("debug", undefined, text, detail),
    info: (text, detail) => log("info", undefined, text, detail),
    warn: (code, text, detail) => log("warn", code, text, detail),
    error: (code, text, detail) => log("error", code, text, detail),
  } satisfies Logger);
}
