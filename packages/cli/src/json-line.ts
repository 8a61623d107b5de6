import { codeOf, describeError } from "@swarm-space/core";

/** One event as one line of JSON. Errors become their code and words, bytes hexadecimal digits, big numbers decimal ones; what JSON cannot hold is left out. */
export function jsonLine(event: string, detail: object = {}): string {
  return JSON.stringify({ event, ...detail }, (_key, value: unknown) => {
    if (value instanceof Error) return { code: codeOf(value, "UNEXPECTED"), message: describeError(value) };
    if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
    return typeof value === "bigint" ? String(value) : value;
  });
}
