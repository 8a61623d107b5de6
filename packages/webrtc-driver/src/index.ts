/**
 * WebRTC that behaves alike in Node and in browsers, and a data channel as the kernel's connection.
 *
 * ```ts
 * import { systemClock } from "@swarm-space/core";
 * import { openWebRtc } from "@swarm-space/webrtc-driver";
 *
 * const engine = await openWebRtc({ clock: systemClock(), iceServers: [{ urls: "stun:127.0.0.1:3478" }] });
 * const { RTCPeerConnection } = engine.wrtc("trickle");
 * const peer = new RTCPeerConnection();
 * peer.close();
 * await engine.close();
 * ```
 */
export * from "./both-platforms.ts";
export { openWebRtc } from "./node/node-engine.ts";
