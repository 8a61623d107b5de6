import * as z from "zod";

/** A letter of about 100 bytes, and one of 64 KiB, as all suites send them. */
export const smallChannel = { name: "bench", schema: z.object({ text: z.string(), n: z.number() }) };
export const largeChannel = { name: "blob", schema: z.instanceof(Uint8Array) };
export const smallText = "x".repeat(80);
export const largeBytes = 65_536;

/** Letters a second, with at most `inFlight` unconfirmed. */
export async function burst(count, inFlight, send) {
  const started = performance.now();
  for (let done = 0; done < count; done += inFlight) {
    const batch = [];
    for (let i = 0; i < inFlight && done + i < count; i++) batch.push(send(done + i));
    await Promise.all(batch);
  }
  return (count * 1000) / (performance.now() - started);
}
