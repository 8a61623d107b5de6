import type { PeerId } from "./identity.ts";
import type { Address, CloseReason, RoadId, TransportId, TransportState } from "./transport.ts";

/** What can be heard of a node. Plugins add theirs by declaration merging. Names are `noun:verb`. */
export interface SwarmEvents {
  "swarm:start": { readonly peer: PeerId };
  "swarm:stop": { readonly peer: PeerId };
  /**
   * This node slept, as a frozen page or a closed laptop does, or its network came back, after about so long (milliseconds;
   * 0: unknown). Links are asked whether they still live, dials begin anew. Twice at once, and then once in 20 s at most.
   */
  "swarm:wake": { readonly cause: "sleep" | "network"; readonly awayMs: number };
  "peer:connect": { readonly peer: PeerId };
  "peer:disconnect": { readonly peer: PeerId };
  /** An address that was dialled without an id led to this peer. */
  "peer:identify": { readonly peer: PeerId; readonly address: Address };
  "peer:sighted": { readonly peer: PeerId | undefined; readonly source: string };
  "connection:open": {
    readonly peer: PeerId;
    readonly transport: TransportId;
    readonly road: RoadId;
    readonly inbound: boolean;
  };
  "connection:close": {
    readonly peer: PeerId;
    readonly transport: TransportId;
    readonly road: RoadId;
    readonly reason: CloseReason;
  };
  "dial:failed": {
    readonly peer: PeerId;
    readonly transport: TransportId;
    readonly code: string;
    readonly detail: string;
  };
  "transport:state": {
    readonly transport: TransportId;
    readonly state: TransportState;
    readonly lastError: string | undefined;
  };
  "discovery:failed": { readonly source: string; readonly detail: string };
  "frame:rejected": {
    readonly transport: TransportId;
    readonly remote: string;
    readonly code: string;
    readonly detail: string;
    /** Told by a transport of what came by its signalling: proven to be this peer's own doing, which the door charges. */
    readonly peer?: PeerId;
  };
  /** A copy of a letter that was here before: it came by another way too, or its sender did not hear that it had come. */
  "message:duplicate": { readonly from: PeerId; readonly channel: string; readonly transport: TransportId };
  "message:rejected": {
    readonly from: PeerId;
    readonly channel: string;
    readonly code: string;
    readonly detail: string;
  };
  /** The door refuses a peer, or a range of addresses, for a while: for what it did to this node itself. */
  "peer:graylisted": {
    readonly peer: PeerId | undefined;
    readonly range: string | undefined;
    /** The offence that made the measure full. */
    readonly offence: string;
    /** For how long, in milliseconds. */
    readonly forMs: number;
  };
  "handler:failed": { readonly where: string; readonly error: unknown };
  /** Letters go by another link: this one was silent for its retransmission time, ended, or was silent while another answered. */
  "letter:retry": {
    readonly to: PeerId;
    readonly transport: TransportId;
    readonly reason: "silent" | "lost" | "doubted" | "interrupted";
  };
  /** A letter that is too large for one frame comes on: about every 256 KiB, every 400 ms on a slow road, and at its end. */
  "letter:progress": {
    readonly peer: PeerId;
    readonly channel: string;
    /** Its sequence: with the peer and the direction it names the letter. */
    readonly seq: number;
    readonly direction: "in" | "out";
    /** Bytes of its message that the receiver has; of one that goes out, as far as it has said. */
    readonly heldBytes: number;
    readonly totalBytes: number;
  };
  /** A large letter goes on by another link with what the receiver does not have yet. */
  "letter:resume": {
    readonly to: PeerId;
    readonly channel: string;
    readonly transport: TransportId;
    readonly heldBytes: number;
    readonly totalBytes: number;
  };
  "letter:expired": { readonly to: PeerId; readonly channel: string };
  /** A mailbox has a letter of ours, sealed: for the first time, or again (`times` > 1), for its keeper may have lost it. */
  "letter:relayed": {
    readonly to: PeerId;
    readonly channel: string;
    readonly mailbox: string;
    readonly times: number;
  };
  /** A mailbox did not take or give; it is tried again. */
  "mailbox:failed": { readonly mailbox: string; readonly code: string; readonly detail: string };
  /** A sealed letter that cannot be read; it is not kept. */
  "mailbox:refused": { readonly mailbox: string; readonly code: string; readonly detail: string };
  /** A durable outbox took up what an earlier run left. */
  "outbox:restored": { readonly to: PeerId; readonly letters: number };
  /** The store refused a write of the kernel; what it was for goes on in memory alone. */
  "store:failed": { readonly code: string; readonly detail: string };
  "inbox:overflow": { readonly from: PeerId; readonly queued: number };
  "plugin:failed": { readonly plugin: string; readonly phase: "start" | "stop"; readonly error: unknown };
  /** A plugin was taken out of use: what it held open is closed, or `plugin:failed` told why not. */
  "plugin:disable": { readonly plugin: string };
  /** A plugin is in use again. */
  "plugin:enable": { readonly plugin: string };
  "store:full": StoreEvent;
  "store:writable": StoreEvent;
  "store:blocked": StoreEvent;
  "store:evicted": StoreEvent;
  "breaker:open": BreakerEvent;
  "breaker:half-open": BreakerEvent;
  "breaker:close": BreakerEvent;
}

export interface BreakerEvent {
  readonly transport: TransportId;
  /** Of a (peer, transport) breaker. */
  readonly peer?: PeerId;
  /** Of a (transport, rendezvous) breaker. */
  readonly rendezvous?: string;
}

/** The store's medium is full (reads go on) or writable again; held up by another user of it; or emptied by its host. */
export interface StoreEvent {
  /** The path or database name. */
  readonly store: string;
  readonly detail: string;
}

export type EventName = keyof SwarmEvents;

/** No room waits on a listener; a listener's throw becomes `handler:failed`. */
export interface EventBus {
  emit<Name extends EventName>(name: Name, detail: SwarmEvents[Name]): void;
  /** Returns its unsubscribe. */
  on<Name extends EventName>(name: Name, listener: (detail: SwarmEvents[Name]) => void): () => void;
}
