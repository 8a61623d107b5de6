/** How packets leave: the peer's inbox on one relay. */
export interface Carrier {
  readonly relay: string;
  readonly remote: string;
  /** Bytes waiting in the relay's socket. */
  readonly bufferedBytes: number;
  /** @returns the key it was put under; undefined: the relay is away */
  put(packet: Uint8Array): string | undefined;
  /** For what nobody acknowledges: its key ends by itself, after the end of the connection too. */
  putOnce(packet: Uint8Array): void;
  /** Replaces the acknowledgement before it. */
  putAck(packet: Uint8Array): void;
  /** These keys have done their work. */
  discard(keys: readonly string[]): void;
  /** The connection is over; nothing more is put. */
  end(): void;
}
