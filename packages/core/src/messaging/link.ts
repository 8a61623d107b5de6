import type { Instance, PeerId } from "../ports/identity.ts";
import type { CloseReason, Connection, SignalOptions } from "../ports/transport.ts";

/** Whom a handshake is to find, and from which side it is made. */
export interface HandshakeOptions extends SignalOptions {
  readonly initiator: boolean;
  /** The peer that was dialled; another one is `PEER_MISMATCH`. */
  readonly expect?: PeerId;
  /** The other side's first message was read and is of this protocol and network. No key is used before it resolves. */
  readonly onGreeted?: () => Promise<void>;
}

/**
 * A connection whose other end is known. The one seam for the secure link: whatever stands behind
 * `LinkFactory` proves (or, for the hello link, only claims) who is there, and carries session frames.
 */
export interface Link {
  readonly peer: PeerId;
  readonly instance: Instance;
  /** Under which instance the peer's sequences began; without a durable store its present one. */
  readonly origin: Instance;
  /** The peer's letter key card as it showed it, unread. Empty: none. */
  readonly card: Uint8Array;
  readonly initiator: boolean;
  readonly connection: Connection;
  /** Largest session frame, in bytes: the connection's less what the link adds. */
  readonly maxFrameBytes: number;
  /**
   * As `Connection.send`, but the frame is read within this call: the caller uses its memory again.
   * @throws SwarmError `CONNECTION_CLOSED`, `FRAME_TOO_LARGE`
   */
  send(frame: Uint8Array): boolean;
  drained(o: SignalOptions): Promise<void>;
  read(onFrame: (frame: Uint8Array) => void): void;
  readonly closed: Promise<CloseReason>;
  close(reason?: string): Promise<void>;
}

/** Makes links of connections. */
export interface LinkFactory {
  /**
   * Runs the handshake. Aborted or failed: the connection is closed and the promise rejects.
   * @throws SwarmError `LEGACY_PEER`, `NETWORK_MISMATCH`, `VERSION_UNSUPPORTED`, `PEER_MISMATCH`, `HANDSHAKE_FAILED`
   */
  establish(connection: Connection, o: HandshakeOptions): Promise<Link>;
  /** Wipes what this run of the node shook hands with; the next handshake makes its own. Twice is harmless. */
  renew?(): void;
}

/** What tells two instances of an identity apart, as one string. */
export function instanceKey(instance: Instance): string {
  return `${instance.epoch}.${instance.nonce}`;
}

/** A string as `instanceKey` gives it. */
export function isInstanceKey(text: string): boolean {
  return /^\d{1,16}\.[0-9a-f]{16}$/.test(text);
}
