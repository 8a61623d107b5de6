import type { Connection } from "@swarm-space/core";
import { type MemoryNetwork, MemoryTransport, type MemoryTransportOptions } from "../src/index.ts";

export const never = new AbortController().signal;

/** An open transport and the connections it accepted. */
export async function opened(
  network: MemoryNetwork,
  name: string,
  o: Partial<MemoryTransportOptions> = {},
): Promise<{ transport: MemoryTransport; accepted: Connection[] }> {
  const transport = new MemoryTransport({ network, name, ...o });
  const accepted: Connection[] = [];
  await transport.open((connection) => accepted.push(connection), { signal: never });
  return { transport, accepted };
}

/** Two open transports "a" and "b", a connection between them, and what each end has read (one number a frame: its first byte, or all of it). */
export async function pair(network: MemoryNetwork, o: Partial<MemoryTransportOptions> = {}) {
  const a = await opened(network, "a", o);
  const b = await opened(network, "b", o);
  const near = await a.transport.connect({ addresses: b.transport.addresses() }, "memory", { signal: never });
  const far = b.accepted[0];
  if (far === undefined) throw new Error("nothing was accepted");
  const atNear: number[] = [];
  const atFar: number[] = [];
  near.read((frame) => atNear.push(numberOf(frame)));
  far.read((frame) => atFar.push(numberOf(frame)));
  await turns();
  return { a: a.transport, b: b.transport, near, far, atNear, atFar };
}

export function frameOf(value: number): Uint8Array {
  const frame = new Uint8Array(4);
  new DataView(frame.buffer).setUint32(0, value);
  return frame;
}

export function numberOf(frame: Uint8Array): number {
  return new DataView(frame.buffer, frame.byteOffset, frame.byteLength).getUint32(0);
}

/** Lets all microtasks run. */
export function turns(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

export function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
