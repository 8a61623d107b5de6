import { systemClock } from "@swarm-space/core";
import { DataChannelConnection, openWebRtc, type WebRtcEngine, type Wrtc } from "../../src/index.ts";
import { openPair, type PairEnd } from "../../src/pair/index.ts";

export const clock = systemClock();

/** WebRTC on loopback alone. */
export function openLoopback(): Promise<WebRtcEngine> {
  return openWebRtc({ clock, bindAddress: "127.0.0.1" });
}

export function connectionOf({ peer, channel }: PairEnd): DataChannelConnection {
  return new DataChannelConnection({ clock, peer, channel, transport: "test", road: "direct" });
}

/** Two connections of one link, the first of which made the offer. */
export async function connect(wrtc: Wrtc): Promise<readonly [DataChannelConnection, DataChannelConnection]> {
  const made: DataChannelConnection[] = [];
  await openPair(wrtc, (end) => made.push(connectionOf(end)));
  const [first, second] = made;
  if (first === undefined || second === undefined) throw new Error("a pair has two ends");
  await Promise.all(made.map((connection) => connection.opened({ signal: AbortSignal.timeout(10_000) })));
  return [first, second];
}

/** Resolves with the frames once there are `count`, or with what there is at the end. */
export async function collect(from: DataChannelConnection, count: number): Promise<readonly Uint8Array[]> {
  const frames: Uint8Array[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  from.read((frame) => {
    if (frames.push(frame) === count) resolve();
  });
  await Promise.race([promise, from.closed]);
  return frames;
}

export async function sendAll(to: DataChannelConnection, frames: Iterable<Uint8Array>): Promise<void> {
  const signal = AbortSignal.timeout(30_000);
  for (const frame of frames) if (!to.send(frame)) await to.drained({ signal });
}
