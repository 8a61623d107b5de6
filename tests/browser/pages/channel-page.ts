/** A data channel's hostile other side, on this browser's own WebRTC. */
import { SwarmError, systemClock } from "@swarm-space/core";
import { DataChannelConnection, Negotiation, openWebRtc, type Signal } from "@swarm-space/webrtc-driver";
import { offerCases } from "../support/page-cases.ts";

declare global {
  interface Window {
    /** Given by the test: a signal for the stranger outside. */
    tellStranger(signal: Signal): Promise<void>;
    readonly outside: {
      /** Opens a link to the stranger outside; resolves to how it ended. */
      closedBy(): Promise<string>;
      hear(signal: Signal): Promise<void>;
    };
  }
}

const clock = systemClock();
const unaltered = (signal: Signal) => signal;

interface Link {
  readonly connection: DataChannelConnection;
  /** The stranger's end, once it is there. */
  readonly theirs: Promise<RTCDataChannel>;
  end(): Promise<void>;
}

/** A connection of ours to a peer connection that is the browser's alone. @param alter what either is told of the other */
async function openLink(alter: { ours(signal: Signal): Signal; theirs(signal: Signal): Signal }): Promise<Link> {
  const engine = await openWebRtc({ clock });
  const mine = new (engine.wrtc("trickle").RTCPeerConnection)();
  const channel = mine.createDataChannel("frames");
  const connection = new DataChannelConnection({ clock, peer: mine, channel, transport: "test", road: "direct" });
  const stranger = new RTCPeerConnection();
  const theirs = new Promise<RTCDataChannel>((resolve) => {
    stranger.addEventListener("datachannel", ({ channel }) => {
      if (channel.readyState === "open") resolve(channel);
      else channel.addEventListener("open", () => resolve(channel));
    });
  });
  // What comes after the end is nobody's.
  const deliver = (to: Negotiation, signal: Signal) => void to.receive(signal).catch(() => undefined);
  const here: Negotiation = new Negotiation(mine, (signal) => deliver(there, alter.theirs(signal)));
  const there: Negotiation = new Negotiation(stranger, (signal) => deliver(here, alter.ours(signal)));
  await here.offer();
  return {
    connection,
    theirs,
    async end() {
      stranger.close();
      await engine.close();
    },
  };
}

const unlimited = (signal: Signal): Signal =>
  signal.type === "candidate" ? signal : { ...signal, sdp: signal.sdp.replace(/max-message-size:\d+/, "$&00") };

async function breaksTheRules(message: string | Uint8Array<ArrayBuffer>): Promise<void> {
  const { connection, theirs, end } = await openLink({ ours: unaltered, theirs: unlimited });
  try {
    const channel = await theirs;
    // No union is taken by the platform's types.
    if (typeof message === "string") channel.send(message);
    else channel.send(message);
    const { by } = await connection.closed;
    if (by !== "protocol") throw new Error(`it ended by ${by}`);
    let code: unknown;
    try {
      connection.send(new Uint8Array([1]));
    } catch (error) {
      code = SwarmError.is(error) ? error.code : error;
    }
    if (code !== "CONNECTION_CLOSED") throw new Error(`after the end: ${String(code)}`);
  } finally {
    await end();
  }
}

const foreign = `a=fingerprint:sha-256 ${Array(32).fill("0A").join(":")}`;
const withForeignFingerprint = (signal: Signal): Signal =>
  signal.type === "candidate" ? signal : { ...signal, sdp: signal.sdp.replace(/a=fingerprint:[^\r\n]*/, foreign) };

offerCases([
  { name: "text", run: () => breaksTheRules("hello") },
  { name: "66,561 bytes", run: () => breaksTheRules(new Uint8Array(66_561).fill(1)) },
  {
    name: "another's fingerprint",
    async run() {
      const { connection, end } = await openLink({ ours: withForeignFingerprint, theirs: unaltered });
      try {
        const failed = await connection.opened({ signal: AbortSignal.timeout(10_000) }).then(
          () => undefined,
          (error: unknown) => error,
        );
        if (!SwarmError.is(failed, "DIAL_FAILED")) throw new Error(`it opened, or failed by ${String(failed)}`);
      } finally {
        await end();
      }
    },
  },
]);

let ours: Negotiation | undefined;
Object.assign(window, {
  outside: {
    async closedBy() {
      const engine = await openWebRtc({ clock });
      const peer = new (engine.wrtc("trickle").RTCPeerConnection)();
      const channel = peer.createDataChannel("frames");
      const connection = new DataChannelConnection({ clock, peer, channel, transport: "test", road: "direct" });
      ours = new Negotiation(peer, (signal) => void window.tellStranger(unlimited(signal)));
      await ours.offer();
      const { by } = await connection.closed;
      await engine.close();
      return by;
    },
    hear: (signal: Signal) => ours?.receive(signal),
  },
});
