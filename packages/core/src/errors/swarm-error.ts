import { errorTable } from "./error-table.ts";

export type SwarmErrorCode = keyof typeof errorTable;

export interface SwarmErrorOptions {
  readonly cause?: unknown;
  /** Facts for programs: paths, limits, ids. */
  readonly detail?: Readonly<Record<string, unknown>>;
  /** What to do, where the table's own cure is not exact enough. */
  readonly cure?: string;
}

const brand = Symbol.for("swarm-space.error");

/**
 * Every error that leaves the house. Branch on `code`: it is stable, and `SwarmError.is` knows
 * errors of another copy of this package. All codes stand in `docs/errors.md`.
 */
export class SwarmError extends Error {
  readonly code: string;
  readonly cure: string;
  readonly detail: Readonly<Record<string, unknown>>;

  /** @param what what happened, in words for a person */
  constructor(code: SwarmErrorCode | (string & {}), what: string, o: SwarmErrorOptions = {}) {
    super(what, o.cause === undefined ? undefined : { cause: o.cause });
    this.name = "SwarmError";
    this.code = code;
    this.cure = o.cure ?? cureOf(code);
    this.detail = o.detail ?? {};
    Object.defineProperty(this, brand, { value: true });
  }

  static is(value: unknown, code?: string): value is SwarmError {
    if (typeof value !== "object" || value === null || !(brand in value)) return false;
    return code === undefined || ("code" in value && value.code === code);
  }

  override toString(): string {
    return `${this.name} ${this.code}: ${this.message}${this.cure ? ` (${this.cure})` : ""}`;
  }
}

function cureOf(code: string): string {
  const table: Readonly<Record<string, string>> = errorTable;
  return Object.hasOwn(table, code) ? (table[code] ?? "") : "";
}

/** The code of a SwarmError, else `fallback`. */
export function codeOf(error: unknown, fallback: string): string {
  return SwarmError.is(error) ? error.code : fallback;
}

/** Words of whatever was thrown. */
export function describeError(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    return `a value of type ${typeof error}`;
  }
}
