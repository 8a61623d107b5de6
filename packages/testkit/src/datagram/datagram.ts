import type { Clock, TransportId } from "@swarm-space/core";

/**
 * What a datagram is for.
 * - `syn`, `synack`: a link is asked for, and granted. `data`: one numbered frame, or the end where it has none.
 * - `ack`: what has come. `reset`: there is no such link here.
 */
export type DatagramKind = "syn" | "synack" | "data" | "ack" | "reset";

/** One packet. It may be lost, doubled, late, or overtaken. */
export interface Datagram {
  readonly transport: TransportId;
  /** Address values. */
  readonly from: string;
  readonly to: string;
  /** Which link it belongs to. */
  readonly link: number;
  readonly kind: DatagramKind;
  /** Number of the frame, from 0; of an `ack` the one that came. */
  readonly seq: number;
  /** Everything below it has come here. */
  readonly next: number;
  /** Absent in `data`: the orderly end. */
  readonly frame?: Uint8Array;
}

/** Whom datagrams are given to. */
export interface DatagramEndpoint {
  readonly transport: TransportId;
  readonly name: string;
  /** The relay it depends on. */
  readonly rendezvous: string | undefined;
  readonly clock: Clock;
  receive(datagram: Datagram): void;
  /** An outage began or ended. */
  refresh(): void;
}
