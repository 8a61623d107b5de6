import type { Clock, Logger } from "@swarm-space/core";

/** What is used of a W3C data channel. The browser's own fits. */
export interface DataChannel extends Pick<EventTarget, "addEventListener"> {
  readonly label: string;
  readonly readyState: RTCDataChannelState;
  /** Bytes that wait in this process. */
  readonly bufferedAmount: number;
  bufferedAmountLowThreshold: number;
  binaryType: BinaryType;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(): void;
  /** Of engines that can do without an event for each message: from now on all go to `take` alone, text as a string. */
  takeMessages?(take: (data: string | Uint8Array) => void): void;
}

/** What is used of a W3C peer connection. The browser's own fits; so does any other whose words are W3C's. */
export interface PeerConnection extends Pick<EventTarget, "addEventListener"> {
  readonly connectionState: RTCPeerConnectionState;
  readonly signalingState: RTCSignalingState;
  readonly localDescription: RTCSessionDescriptionInit | null;
  readonly remoteDescription: RTCSessionDescriptionInit | null;
  readonly sctp: { readonly maxMessageSize: number | null } | null;
  createDataChannel(label: string, init?: RTCDataChannelInit): DataChannel;
  /** @param options.iceRestart of engines that restart ICE alone */
  createOffer(options?: { readonly iceRestart?: boolean }): Promise<RTCSessionDescriptionInit>;
  createAnswer(): Promise<RTCSessionDescriptionInit>;
  setLocalDescription(description: RTCSessionDescriptionInit): Promise<void>;
  setRemoteDescription(description: { readonly type: RTCSdpType; readonly sdp: string }): Promise<void>;
  addIceCandidate(candidate: RTCIceCandidateInit): Promise<void>;
  getStats(): Promise<RTCStatsReport>;
  close(): void;
}

/** The three classes that libraries ask for, as `simple-peer` by its option `wrtc`. */
export interface Wrtc {
  readonly RTCPeerConnection: new (configuration?: RTCConfiguration) => PeerConnection;
  readonly RTCSessionDescription: new (init: RTCSessionDescriptionInit) => RTCSessionDescriptionInit;
  readonly RTCIceCandidate: new (init: RTCIceCandidateInit) => RTCIceCandidateInit;
}

/**
 * How an offer reaches the other side. "trickle": the description at once, its candidates one by one as they are found.
 * "whole": one description that has all candidates, as where a tracker carries one text alone.
 */
export type Signalling = "trickle" | "whole";

/** Makes peer connections that behave alike everywhere. Small, so that it can be given another implementation. */
export interface WebRtcEngine {
  /** For logs: "node-datachannel", "browser". */
  readonly name: string;
  /** Whether a peer connection finds another path once its own is dead, by an ICE restart. Absent: no. */
  readonly restartsIce?: boolean;
  /** The classes for one way of signalling. No global is touched. */
  wrtc(signalling: Signalling): Wrtc;
  /** Closes every peer connection it made that is still open. Resolves when nothing of them is alive. Twice is harmless. */
  close(): Promise<void>;
}

export interface WebRtcOptions {
  readonly clock: Clock;
  /** Where an engine that can use no TURN server of those it was given says so, by `TURN_LEFT_OUT`. */
  readonly log?: Pick<Logger, "warn"> | undefined;
  /** STUN and TURN servers for peer connections whose own configuration names none. */
  readonly iceServers?: readonly RTCIceServer[];
  /** "relay": by TURN alone. */
  readonly iceTransportPolicy?: RTCIceTransportPolicy;
  /** Node alone: the one local address to use, as "127.0.0.1". Browsers choose themselves. */
  readonly bindAddress?: string;
  /** Node alone: the UDP ports to use, both included. */
  readonly ports?: { readonly from: number; readonly to: number };
}
