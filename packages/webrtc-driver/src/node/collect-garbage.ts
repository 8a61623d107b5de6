/**
 * Collects now what nothing refers to, and lets the destructors of native objects run. Where the host has no inspector nothing happens:
 * then they wait for the host's own time.
 */
export async function collectGarbage(): Promise<void> {
  const inspector = await import("node:inspector/promises").catch(() => undefined);
  if (inspector === undefined) return;
  const session = new inspector.Session();
  try {
    session.connect();
    await session.post("HeapProfiler.collectGarbage");
  } catch {
    // As where there is none.
  } finally {
    session.disconnect();
  }
}
