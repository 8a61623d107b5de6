import type { DataChannel, PeerConnection } from "../../src/index.ts";

export const sdpOf = (byte: string): string =>
  `v=0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=fingerprint:sha-256 ${Array(32).fill(byte).join(":")}\r\n`;

/** A data channel whose medium is the test. */
export class FakeChannel extends EventTarget implements DataChannel {
  readonly label = "frames";
  readonly sent: Uint8Array[] = [];
  readyState: RTCDataChannelState = "open";
  binaryType: BinaryType = "blob";
  bufferedAmount = 0;
  bufferedAmountLowThreshold = 0;
  closes = 0;

  send(data: Uint8Array<ArrayBuffer>): void {
    if (this.readyState !== "open") throw new Error("not open");
    this.sent.push(data);
    this.bufferedAmount += data.byteLength;
  }

  close(): void {
    this.closes += 1;
    this.readyState = "closed";
  }

  /** Everything has left. */
  drain(): void {
    this.bufferedAmount = 0;
    this.dispatchEvent(new Event("bufferedamountlow"));
  }

  arrive(data: unknown): void {
    this.dispatchEvent(new MessageEvent("message", { data }));
  }
}

export class FakePeer extends EventTarget implements PeerConnection {
  connectionState: RTCPeerConnectionState = "connected";
  signalingState: RTCSignalingState = "stable";
  localDescription: RTCSessionDescriptionInit | null = { type: "offer", sdp: sdpOf("0a") };
  remoteDescription: RTCSessionDescriptionInit | null = { type: "answer", sdp: sdpOf("0b") };
  sctp: { maxMessageSize: number | null } = { maxMessageSize: 262_144 };
  stats = new Map<string, unknown>();
  closes = 0;

  become(state: RTCPeerConnectionState): void {
    this.connectionState = state;
    this.dispatchEvent(new Event("connectionstatechange"));
  }

  createDataChannel(): DataChannel {
    return new FakeChannel();
  }

  /** The options of each offer that was made. */
  readonly offered: unknown[] = [];

  createOffer(options?: { readonly iceRestart?: boolean }): Promise<RTCSessionDescriptionInit> {
    this.offered.push(options);
    return Promise.resolve({ type: "offer", sdp: sdpOf("0a") });
  }

  createAnswer(): Promise<RTCSessionDescriptionInit> {
    return Promise.resolve({ type: "answer", sdp: sdpOf("0b") });
  }

  async setLocalDescription(): Promise<void> {}
  async setRemoteDescription(): Promise<void> {}
  async addIceCandidate(): Promise<void> {}

  getStats(): Promise<RTCStatsReport> {
    return Promise.resolve(this.stats);
  }

  close(): void {
    this.closes += 1;
  }
}
