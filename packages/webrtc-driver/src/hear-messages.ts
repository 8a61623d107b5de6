import type { DataChannel } from "./engine.ts";

/** Tells each message until the signal aborts, bytes as an array of them, and without an event for each where the engine can. */
export function hearMessages(channel: DataChannel, signal: AbortSignal, tell: (data: unknown) => void): void {
  if (channel.takeMessages) channel.takeMessages((data) => signal.aborted || tell(data));
  else channel.addEventListener("message", (event) => tell(dataOf(event)), { signal });
}

function dataOf(event: Event): unknown {
  const data = "data" in event ? event.data : undefined;
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}
