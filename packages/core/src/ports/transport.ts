import type { PeerId } from "./identity.ts";

/** Every asynchronous call at a port can be called off. */
export interface SignalOptions {
  readonly signal: AbortSignal;
}

/** Short name of a transport, as in `reliability: { gun: 0.8 }`. Unique in a node. */
export type TransportId = string;

/** Names one kind of road of a transport, as "relay" or "direct". */
export type RoadId = string;

/** The seed's words for how a transport fares. */
export type TransportState = "idle" | "initializing" | "ready" | "active" | "degraded" | "error";

/** Facts of one connection, declared as data: they stay as they are while it lives. A transport may have several kinds of road. */
export interface RoadCapabilities {
  /** No third party carries the bytes. */
  readonly direct: boolean;
  /** The largest frame, in bytes, that `send` accepts. At least 1,024. */
  readonly maxFrameBytes: number;
  /** A prior for routing, in milliseconds, until a round trip was measured. */
  readonly latencyClassMs: number;
  /** The medium needs traffic at least this often, in milliseconds, to stay open. */
  readonly idleMs?: number;
}

/** Where a peer may be reached. A hint from discovery, never a truth. */
export interface Address {
  readonly transport: TransportId;
  /** Read by that transport alone. 1 to 1,024 characters. */
  readonly value: string;
  /** The relay or server this address depends on. Ways with another rendezvous fail independently. */
  readonly rendezvous?: string;
}

/** Whom to reach. `peer` may be unknown yet: then who is there is learnt by the handshake. */
export interface Target {
  readonly peer?: PeerId;
  readonly addresses: readonly Address[];
}

/** Why a connection ended. */
export interface CloseReason {
  /** "local": we closed. "remote": the other side closed in order. "lost": the medium died or fell silent. "protocol": it broke a rule. */
  readonly by: "local" | "remote" | "lost" | "protocol";
  readonly detail: string;
}

/**
 * A two-way lane of frames with one reader. It has no identity: the kernel proves who is there.
 * Frames arrive whole, in order and once while the connection lives; a medium that does not give
 * that is made so by its plugin. Frames may be lost only together with the connection.
 */
export interface Connection {
  readonly transport: TransportId;
  readonly road: RoadId;
  readonly capabilities: RoadCapabilities;
  /** The relay or server that carries, or that carried the signalling. */
  readonly rendezvous?: string;
  /** For logs and rate limits, never an identity. 1 to 1,024 characters. */
  readonly remote: string;
  /** What ties this connection to its signalling (both DTLS fingerprints): the same bytes at both ends, others at another connection. Signed in the handshake, compared where both sides have it. */
  readonly binding?: Uint8Array;
  /** Bytes accepted by `send` that have not left this process; a medium may count its own headers. More than 0 while `send` says wait, 0 when idle. */
  readonly bufferedBytes: number;
  /**
   * Hands over one frame, which may be empty or a view of a larger buffer. The caller must not change the array afterwards,
   * and neither does the transport.
   * @returns false when the sender should wait for `drained` before the next frame. This frame was taken all the same, and
   *   so are some more: who goes on for ever is cut off.
   * @throws SwarmError `CONNECTION_CLOSED`, `FRAME_TOO_LARGE`
   */
  send(frame: Uint8Array): boolean;
  /** Resolves when `send` has room again, or when the connection closed; for all who wait. Rejects only with the signal's reason. */
  drained(o: SignalOptions): Promise<void>;
  /**
   * `send` has read a frame when it returns, and what is given to the reader is nobody else's: the memory of both may be used
   * again, or given back. Left out: it may not.
   */
  readonly copiesFrames?: boolean;
  /**
   * Sets the one reader. Frames that came earlier are kept (bounded: beyond, the sender is made to wait or the connection
   * ends) and given to it in order, not within this call; also where the other side has closed in order meanwhile. An array
   * that was given is the reader's: it does not change. A reader that throws harms at most its own connection.
   */
  read(onFrame: (frame: Uint8Array) => void): void;
  /**
   * Calls `listener` when the medium itself knows that nothing passes at present, though the connection may go on (`true`: a relay's
   * socket is gone and is dialled again), and when it passes again (`false`); at once where it is so already. Letters take another
   * link meanwhile, where one stands; what was sent is not lost by it. Returns its unsubscribe. May be left out: then silence alone tells.
   */
  onInterrupted?(listener: (isInterrupted: boolean) => void): () => void;
  /** Settles once the connection is over, when the other side is dead too: at the latest for who sends. Never rejects. */
  readonly closed: Promise<CloseReason>;
  /**
   * Ends it in order: what `send` took is sent on, then the other side is told. As much of it arrives as the medium brings,
   * from the first frame on and with no gap; no reader of this side is given a frame afterwards. Twice is harmless: the
   * first reason stays.
   */
  close(reason?: string): Promise<void>;
}

/** One way to carry opaque frames. It never reads a frame. */
export interface Transport {
  readonly id: TransportId;
  readonly state: TransportState;
  /** Why the state is "degraded" or "error", in words for a person. */
  readonly lastError?: string | undefined;
  /**
   * Brings the transport up and gives every inbound connection to `accept`.
   * Resolves when it can dial and be dialled. May be called again after `close`. Aborted: rejects with the signal's reason,
   * undone. What is open already stays as it is.
   * @throws SwarmError `TRANSPORT_OPEN_FAILED`, also where it is open already and opening twice is not harmless
   */
  open(accept: (connection: Connection) => void, o: SignalOptions): Promise<void>;
  /** Which roads could lead to the target now. Cheap and synchronous: it dials nothing and changes nothing. Empty: cannot reach, or not open. */
  roadsTo(target: Target): readonly RoadId[];
  /**
   * What a connection by this road would be like, as far as it can be told before one stands: it ranks ways that were
   * never used, and says how long the race waits for this one. Cheap and synchronous. May be left out.
   */
  capabilitiesOf?(target: Target, road: RoadId): RoadCapabilities | undefined;
  /**
   * Dials. Each dial is a connection of its own, also where both sides dial at once. Aborted: rejects with the signal's
   * reason and leaves nothing half-open. It ends when the transport closes.
   * @throws SwarmError `PEER_ABSENT` (nobody is there: no failure of the way), `TRANSPORT_UNAVAILABLE`
   *   (the rendezvous is away, or the transport is not open: never the peer's failure), `DIAL_FAILED` (also: no such road)
   */
  connect(target: Target, road: RoadId, o: SignalOptions): Promise<Connection>;
  /** Undoes `open`: all its connections are closed, no timer or socket is left. Twice is harmless. */
  close(o: SignalOptions): Promise<void>;
  /** Calls `listener` at each change of `state`, once it holds. Returns its unsubscribe, which twice is harmless and ends no other listener. */
  onState(listener: (state: TransportState) => void): () => void;
  /** Where others can reach this node through this transport. Empty while it cannot be reached. */
  addresses(): readonly Address[];
}
