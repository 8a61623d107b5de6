import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";
import type { Clock } from "@swarm-space/core";
import { remoteRange } from "@swarm-space/gun-driver/relay";
import { RangeBuckets, type Rate } from "../door/range-buckets.ts";
import { answerBinding } from "./binding.ts";

export interface StunServerOptions {
  readonly clock: Clock;
  /** Default 3478; 0 takes a free one. */
  readonly port?: number;
  /** Default "127.0.0.1". "::" takes IPv4 as well. */
  readonly host?: string;
  /** Answers to one range: an IPv4 address, an IPv6 /64. Default 20 a second, 60 at once. */
  readonly rate?: Rate;
  /** Answers to everybody: what one who forges addresses can make of this. Default 2,000 a second, 4,000 at once. */
  readonly rateOfAll?: Rate;
}

export interface StunStats {
  readonly answered: number;
  /** Packets that got no answer. */
  readonly dropped: number;
}

/** A running STUN server. */
export interface RunningStun {
  /** `stun:` URL, as an ICE server's. */
  readonly url: string;
  readonly port: number;
  /** It listens. */
  readonly isUp: boolean;
  stats(): StunStats;
  /** Twice is harmless. */
  close(): Promise<void>;
}

/** Tells each who asks over UDP from which address it came (RFC 8489). Rejects when its port cannot be had. */
export async function openStun(o: StunServerOptions): Promise<RunningStun> {
  const { host = "127.0.0.1", port: asked = 3_478, rate = { perSecond: 20, burst: 60 } } = o;
  const buckets = new RangeBuckets(o.clock, rate, o.rateOfAll ?? { perSecond: 2_000, burst: 4_000 });
  const socket = createSocket(isIPv6(host) ? "udp6" : "udp4");
  const counts = { answered: 0, dropped: 0 };
  socket.on("message", (packet, source) => {
    const answer = reply(packet, source, buckets);
    if (!answer) counts.dropped += 1;
    else {
      counts.answered += 1;
      socket.send(answer, source.port, source.address, () => undefined); // who cannot be reached asks again
    }
  });
  const port = await bind(socket, host, asked);
  let isUp = true;
  socket.once("close", () => {
    isUp = false;
  });
  let closing: Promise<void> | undefined;
  return {
    port,
    url: `stun:${host.includes(":") ? `[${host}]` : host}:${port}`,
    get isUp() {
      return isUp;
    },
    stats: () => ({ ...counts }),
    close: () => {
      closing ??= new Promise((resolve) => socket.close(() => resolve()));
      return closing;
    },
  };
}

function reply(packet: Uint8Array, source: RemoteInfo, buckets: RangeBuckets): Uint8Array | undefined {
  // What is no request spends nobody's rate: it is not answered in any case.
  const answer = answerBinding(packet, source);
  return answer && source.port > 0 && buckets.admit(remoteRange(source.address)) ? answer : undefined;
}

function bind(socket: Socket, address: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error): void => {
      socket.close();
      reject(error);
    };
    socket.once("error", onError);
    socket.bind({ address, port }, () => {
      socket.off("error", onError);
      socket.on("error", () => undefined); // a packet that could not be read or sent; the next one can
      resolve(socket.address().port);
    });
  });
}
