/** Version byte of session frames and of the handshake. */
export const wireVersion = 1;
/** Most unsettled letters in flight to one id; the receiver's window. */
export const windowLetters = 4096;
/** Largest session frame, in bytes: a body of 64 KiB and the heads about it, so that such a letter needs no second frame. */
export const maxFrameBytes = 65_536 + 512;
/** Most sequences that the ranges of one frame name, all together: an honest one acknowledges, asks and answers a window. */
export const maxFrameSequences = 16 * windowLetters;
export const maxChannelNameLength = 64;
/** Pieces are not shorter, in bytes, where the frame bears it; the first ones on a link are so long, until it shows how fast it is. */
export const leastPieceBytes = 8_192;
/** Most parts, each with a gap before it or a piece of its own, in which a large letter is half here. */
export const maxPieces = 16_384;
/** Seven days. */
export const maxTtlMs = 604_800_000;
/** Longest text of a `failed` or `bye` item, in characters. */
export const maxReasonLength = 256;

/** What an application may set of messaging; defaults in `messagingDefaults`. */
export interface MessagingOptions {
  /** Default time to live of a letter, in milliseconds. */
  readonly ttlMs: number;
  /** Largest letter sent or taken, in bytes of its encoded message. */
  readonly maxLetterBytes: number;
  /** Most letters that wait for one peer. */
  readonly outboxLetters: number;
  /** Most bytes that wait for one peer. */
  readonly outboxBytes: number;
  /** Most peers to be connected with at a time. */
  readonly maxPeers: number;
}

/** Connections, remembered windows and remembered addresses, for each peer that may be connected. */
export const perPeer = Object.freeze({ connections: 4, windows: 8, addresses: 4 });

/** Largest letters a peer may have half here, together. */
export const maxAssemblyBytes = 64 * 1024 * 1024;
export const maxAssemblies = 256;
/** Refused frames after which a connection is closed. */
export const maxRefusedFrames = 16;
/** Handlers of one peer that may be unfinished at a time. */
export const maxRunningHandlers = 256;
/** Inbound handshakes under way. */
export const maxPendingHandshakes = 64;
/** From the first message of an inbound handshake to its third, in milliseconds. */
export const thirdMessageMs = 2_000;
/** Letters of one peer that may wait for a handler, in bytes. */
export const maxQueuedBytes = 64 * 1024 * 1024;
/** Letters of all peers that may wait for a handler, in bytes. */
export const maxNodeQueuedBytes = 256 * 1024 * 1024;
/** What a letter that waits takes beside its body, in bytes. */
export const queuedOverheadBytes = 256;
/** Acknowledgements and other control items that wait for a link; what is over is said again when the peer asks. */
export const maxControlItems = 4 * windowLetters;
