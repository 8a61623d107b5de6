import { rangeOf } from "@swarm-space/core";
import type { DhtOptions } from "../finder.ts";
import { kindOfAddress, kindsBehind } from "./address-kind.ts";
import { answerMs, isMachineOnly } from "./dht-search.ts";
import { type GuardedSocket, guardedSocket } from "./guarded-socket.ts";

export { openDhtSearch } from "./dht-search.ts";

/** What a whole WebTorrent client needs of the DHT's guards. */
export interface DhtGuards {
  readonly socket: GuardedSocket;
  /** For an answer of a node, in milliseconds. */
  readonly timeoutMs: number;
  /** Whether an address that the DHT told may be called. */
  mayCall(host: string): boolean;
  /** Undefined: its range says nothing of who is behind it. */
  rangeOf(host: string): string | undefined;
}

/** Undefined where there is no DHT. */
export function dhtGuards(dht: DhtOptions, refused: () => void): DhtGuards | undefined {
  const kinds = kindsBehind(dht.bootstrap);
  const host = dht.host ?? (isMachineOnly(dht.bootstrap) ? "127.0.0.1" : "0.0.0.0");
  return {
    socket: guardedSocket({ host, refused }),
    timeoutMs: answerMs(dht.bootstrap),
    mayCall: (address) => kinds.has(kindOfAddress(address)),
    rangeOf: (address) => (kindOfAddress(address) === "public" ? rangeOf(address, 2) : undefined),
  };
}
