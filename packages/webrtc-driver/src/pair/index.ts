/**
 * Two ends in one process, for tests and benchmarks.
 *
 * ```ts
 * import { systemClock } from "@swarm-space/core";
 * import { openWebRtc } from "@swarm-space/webrtc-driver";
 * import { openPair } from "@swarm-space/webrtc-driver/pair";
 *
 * const engine = await openWebRtc({ clock: systemClock(), bindAddress: "127.0.0.1" });
 * const [dialer, answerer] = await openPair(engine.wrtc("trickle"));
 * dialer.channel.send(new Uint8Array([1]));
 * answerer.peer.close();
 * await engine.close();
 * ```
 */
import type { DataChannel, PeerConnection, Wrtc } from "../engine.ts";
import { Negotiation } from "../negotiation.ts";

/** One end: a peer connection and its data channel. */
export interface PairEnd {
  readonly peer: PeerConnection;
  readonly channel: DataChannel;
}

/**
 * Connects two raw ends, the first of which made the offer. Both channels are open; nothing listens to them yet.
 * @param seen is given each end as soon as its channel is there, so that no message is missed
 */
export async function openPair(wrtc: Wrtc, seen: (end: PairEnd) => void = () => {}): Promise<[PairEnd, PairEnd]> {
  const offering = new wrtc.RTCPeerConnection();
  const answering = new wrtc.RTCPeerConnection();
  const failed = Promise.withResolvers<never>();
  const deliver = (to: Negotiation, signal: unknown) => void to.receive(signal).catch(failed.reject);
  const ours: Negotiation = new Negotiation(offering, (signal) => deliver(theirs, signal));
  const theirs: Negotiation = new Negotiation(answering, (signal) => deliver(ours, signal));
  try {
    const first = { peer: offering, channel: offering.createDataChannel("frames") };
    seen(first);
    const arriving = Promise.withResolvers<PairEnd>();
    answering.addEventListener("datachannel", (event) => {
      if (!("channel" in event)) return;
      const second = { peer: answering, channel: event.channel as DataChannel };
      seen(second);
      arriving.resolve(second);
    });
    ours.offer().catch(failed.reject);
    const second = await Promise.race([arriving.promise, failed.promise]);
    await Promise.race([Promise.all([first, second].map(({ channel }) => untilOpen(channel))), failed.promise]);
    return [first, second];
  } catch (error) {
    offering.close();
    answering.close();
    throw error;
  }
}

async function untilOpen(channel: DataChannel): Promise<void> {
  if (channel.readyState === "open") return;
  const { promise, resolve } = Promise.withResolvers<void>();
  channel.addEventListener("open", () => resolve(), { once: true });
  await promise;
}
