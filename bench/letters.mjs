import * as z from "zod";

/** A letter of about 100 bytes, and one of 64 KiB, as all suites send them. */
export const smallChannel = { name: "bench", schema: z.object({ text: z.string(), n: z.number() }) };
export const largeChannel = { name: "blob", schema: z.instanceof(Uint8Array) };
export const smallText = "x".repeat(80);
export const largeBytes = 65_536;

/** Letters a second, with `inFlight` unconfirmed all the time: each that is confirmed lets the next go. */
export async function burst(count, inFlight, send) {
  let next = 0;
  const lane = async () => {
    while (next < count) await send(next++);
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: inFlight }, lane));
  return (count * 1000) / (performance.now() - started);
}
