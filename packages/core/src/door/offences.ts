/** What one offence adds to the scores of the peer and of the range it came from. */
export interface Weight {
  /** Only for what the seal or the handshake proves to be the peer's own doing: no relay can frame anybody. */
  readonly peer: number;
  /** For what came from an address, whoever it was. */
  readonly range: number;
}

/**
 * Every offence and its weight. A peer is refused from 100 on, a range from 400 on: many live behind one address.
 *
 * - What another version of an app may do in good faith weighs nothing: an unknown channel, a message of another
 *   schema, a letter over this node's own cap. Only its rate is limited.
 * - A broken seal is charged to the range alone, for whoever carries the bytes can break it.
 * - Another network or version is a mistake, not an attack.
 */
export const offences = Object.freeze({
  frameInvalid: { peer: 20, range: 5 },
  windowExceeded: { peer: 20, range: 5 },
  letterInvalid: { peer: 10, range: 2 },
  signalInvalid: { peer: 20, range: 0 },
  inboxOverflow: { peer: 10, range: 0 },
  rateExceeded: { peer: 100, range: 50 },
  sealBroken: { peer: 0, range: 20 },
  handshakeFailed: { peer: 0, range: 5 },
  handshakeTimeout: { peer: 0, range: 2 },
  handshakeRate: { peer: 0, range: 1 },
  graylistedReturn: { peer: 0, range: 1 },
  legacyPeer: { peer: 0, range: 1 },
  channelUnknown: { peer: 0, range: 0 },
  messageInvalid: { peer: 0, range: 0 },
  letterTooLarge: { peer: 0, range: 0 },
  networkMismatch: { peer: 0, range: 0 },
} as const satisfies Record<string, Weight>);

export type Offence = keyof typeof offences;

/** The offence behind an error of a handshake. Undefined: nobody's fault. */
export function handshakeOffence(code: string): Offence | undefined {
  switch (code) {
    case "HANDSHAKE_FAILED":
      return "handshakeFailed";
    case "HANDSHAKE_TIMEOUT":
      return "handshakeTimeout";
    case "LEGACY_PEER":
      return "legacyPeer";
    case "NETWORK_MISMATCH":
    case "VERSION_UNSUPPORTED":
      return "networkMismatch";
    default:
      return undefined;
  }
}

/** The offence behind the code of a refused frame or letter. */
export function letterOffence(code: string): Offence | undefined {
  switch (code) {
    case "FRAME_INVALID":
      return "frameInvalid";
    case "WINDOW_EXCEEDED":
      return "windowExceeded";
    case "LETTER_INVALID":
      return "letterInvalid";
    case "LETTER_TOO_LARGE":
      return "letterTooLarge";
    case "CHANNEL_UNKNOWN":
      return "channelUnknown";
    case "MESSAGE_INVALID":
      return "messageInvalid";
    case "INBOX_OVERFLOW":
      return "inboxOverflow";
    default:
      return undefined;
  }
}
