import { SwarmError } from "@swarm-space/core";

const maxLines = 2_000_000;
const maxLineLength = 1_000;

/** What happened in a run, line by line: virtual time, who, what, the facts. Two runs of a seed give the same lines. */
export class Trace {
  readonly #lines: string[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  /** @throws SwarmError `OPTION_INVALID` after 2,000,000 lines */
  note(who: string, what: string, facts: unknown): void {
    if (this.#lines.length >= maxLines) throw new SwarmError("OPTION_INVALID", `a trace has at most ${maxLines} lines`);
    this.#lines.push(`${this.#now().toFixed(3)} ${who} ${what} ${canonical(facts)}`.slice(0, maxLineLength));
  }

  /** SHA-256 of all lines, in hexadecimal. */
  async hash(): Promise<string> {
    const bytes = new TextEncoder().encode(this.#lines.join("\n"));
    const digest = await crypto.subtle.digest("SHA-256", bytes);
    return Array.from(new Uint8Array(digest), hex).join("");
  }
}

/** JSON with sorted keys; errors by code and message, bytes in hexadecimal. */
export function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, part: unknown) => {
      if (SwarmError.is(part)) return `${part.code}: ${part.message}`;
      if (part instanceof Error) return `${part.name}: ${part.message}`;
      if (part instanceof Uint8Array) return Array.from(part, hex).join("");
      if (typeof part === "bigint") return `${part}n`;
      if (part instanceof Map || part instanceof Set) return [...part];
      if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
      return Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)));
    }) ?? "-"
  );
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
