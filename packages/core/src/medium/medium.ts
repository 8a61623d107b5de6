import type { RoadCapabilities, SignalOptions, TransportId } from "../ports/index.ts";

/**
 * What brings a message from one name to another: a bus, a mailbox of threads, a serial line. It is all that
 * `MediumTransport` needs; dialling, links, order of closing, flow control and discovery are made of messages.
 */
export interface Medium {
  /** The transport's id, as in `reliability: { broadcast: 0.9 }`. */
  readonly id: TransportId;
  /** Facts of its connections. Messages are up to 16 bytes longer than `maxFrameBytes`. */
  readonly capabilities: RoadCapabilities;
  /**
   * Begins to listen. May be asked again after `close`. Aborted: rejects, and listens no longer.
   * @throws whatever says why it cannot: it becomes `TRANSPORT_OPEN_FAILED`
   */
  open(ears: MediumEars, o: SignalOptions): OpenMedium | Promise<OpenMedium>;
}

/** Whom an open medium tells. */
export interface MediumEars {
  /** A message for this node, or for everybody. Those of one sender come whole, in order and once; rubbish does no harm. */
  hear(message: Uint8Array, from: string): void;
  /** Nobody listens at this name any more, or messages to it were lost: what was open to it ends. */
  lost(name: string): void;
}

export interface OpenMedium {
  /** Where others reach this node. 1 to 1,024 characters; they hear it as `from`. */
  readonly name: string;
  /** Sends to who listens at this name. A throw says that nobody does. The array is the medium's to keep. */
  say(name: string, message: Uint8Array): void;
  /** Sends to everybody who listens. With it, nodes find each other. */
  shout?(message: Uint8Array): void;
  /** Listens no longer, once what was said is on its way. Twice is harmless. */
  close(): void | Promise<void>;
}
