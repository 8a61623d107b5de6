import type { DataChannel, FirstExchange, PeerConnection } from "@swarm-space/webrtc-driver";

export const sdpOf = (byte: string): string =>
  `v=0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=fingerprint:sha-256 ${Array(32).fill(byte).join(":")}\r\n`;

/** A peer connection that stands, whose path is the test's, and that keeps in mind what reached it. */
export class HeardPeer extends EventTarget implements PeerConnection, FirstExchange {
  readonly heard: string[] = [];
  readonly signalingState = "stable";
  readonly remoteDescription = { type: "answer", sdp: sdpOf("0b") } as const;
  readonly sctp = null;
  readonly otherRestarts: boolean;
  connectionState: RTCPeerConnectionState = "connected";
  localDescription: RTCSessionDescriptionInit;

  constructor(offers: boolean, otherRestarts: boolean) {
    super();
    this.localDescription = { type: offers ? "offer" : "answer", sdp: sdpOf("0a") };
    this.otherRestarts = otherRestarts;
  }

  createDataChannel(): DataChannel {
    throw new Error("it has one");
  }

  async createOffer(): Promise<RTCSessionDescriptionInit> {
    return { type: "offer", sdp: sdpOf("0a") };
  }

  async createAnswer(): Promise<RTCSessionDescriptionInit> {
    return { type: "answer", sdp: sdpOf("0a") };
  }

  async setLocalDescription(made: RTCSessionDescriptionInit): Promise<void> {
    this.localDescription = made;
  }

  async setRemoteDescription(): Promise<void> {
    this.heard.push("description");
  }

  async addIceCandidate(): Promise<void> {
    this.heard.push("candidate");
  }

  async getStats(): Promise<RTCStatsReport> {
    return new Map();
  }

  close(): void {}
}
