/** Codes of this package. A code is API: it is never renamed. */
export const errorTable = Object.freeze({
  /** What came by signalling is no session description or candidate, is too large, or comes out of turn. */
  SIGNAL_INVALID: "Nothing here: the other side is faulty or hostile.",
  /** This platform has no WebRTC. */
  WEBRTC_UNAVAILABLE:
    "In Node, install with optional dependencies, on a platform that node-datachannel has a binary for; other transports go on without it.",
} as const);
