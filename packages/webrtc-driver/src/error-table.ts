/** Codes of this package. A code is API: it is never renamed. */
export const errorTable = Object.freeze({
  /** What came by signalling is no session description or candidate, is too large, or comes out of turn. */
  SIGNAL_INVALID: "Nothing here: the other side is faulty or hostile.",
  /** No TURN server of `iceServers` can be used here: all are over TCP or TLS, which Node's WebRTC does not speak. */
  TURN_LEFT_OUT:
    "Name a TURN server over UDP beside it. Where UDP is blocked Node goes by a Gun relay, and needs no TURN.",
  /** This platform has no WebRTC. */
  WEBRTC_UNAVAILABLE:
    "In Node, install with optional dependencies, on a platform that node-datachannel has a binary for; other transports go on without it.",
} as const);
