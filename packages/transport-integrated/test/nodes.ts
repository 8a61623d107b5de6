import {
  type Connection,
  type CryptoSuite,
  createSwarm,
  ephemeralIdentity,
  ports,
  systemClock,
  systemRandom,
} from "@swarm-space/core";
import { RelayPool } from "@swarm-space/gun-driver";
import { type GunRelay, openGunRelay } from "@swarm-space/gun-driver/relay";
import { openWebRtc } from "@swarm-space/webrtc-driver";
import type * as z from "zod";
import { integratedConfig } from "../src/config.ts";
import { IntegratedTransport, type IntegratedTransportParts } from "../src/integrated-transport.ts";
import { openRelaySide } from "../src/relay-side.ts";

export const clock = systemClock();
export const random = systemRandom();

/** A signal that is never given. */
export const never = new AbortController().signal;

/** The kernel's own, as plugins are given it. */
export async function kernelSuite(): Promise<CryptoSuite> {
  await using swarm = await createSwarm();
  return swarm.get(ports.cryptoSuite);
}

/** A transport with what came in to it. */
export interface Node {
  readonly id: string;
  readonly transport: IntegratedTransport;
  readonly inbound: Connection[];
  /** Codes of what was refused by signalling. */
  readonly refused: string[];
  /** The next inbound connection. */
  accepted(): Promise<Connection>;
  open(): Promise<void>;
  close(): Promise<void>;
}

export async function makeNode(
  options: z.input<typeof integratedConfig>,
  replaced: Partial<IntegratedTransportParts> = {},
): Promise<Node> {
  const config = integratedConfig.parse({
    bindAddress: "127.0.0.1",
    linkBackoffBaseMs: 20,
    linkBackoffCapMs: 200,
    ...options,
  });
  const identity = await ephemeralIdentity(random);
  const suite = await kernelSuite();
  const pool = new RelayPool();
  const refused: string[] = [];
  const transport = new IntegratedTransport({
    self: { id: identity.id, network: "test", sign: (domain, bytes) => identity.sign(domain, bytes) },
    config,
    clock,
    random,
    suite: () => suite,
    pool: () => pool,
    openSide: openRelaySide,
    openEngine: openWebRtc,
    loadSimplePeer: async () => (await import("simple-peer")).default,
    refused: (_remote, { code }) => void refused.push(code),
    ...replaced,
  });
  const inbound: Connection[] = [];
  const waiting: ((connection: Connection) => void)[] = [];
  const accept = (connection: Connection) => {
    const taker = waiting.shift();
    if (taker) taker(connection);
    else inbound.push(connection);
  };
  return {
    id: identity.id,
    transport,
    inbound,
    refused,
    accepted: async () => inbound.shift() ?? (await new Promise<Connection>((resolve) => waiting.push(resolve))),
    open: () => transport.open(accept, { signal: never }),
    close: () => transport.close({ signal: never }),
  };
}

export function relay(port = 0): Promise<GunRelay> {
  return openGunRelay({ clock, random, port });
}

/** Dials `to` and gives both ends. */
export async function join(from: Node, to: Node, road: string): Promise<readonly [Connection, Connection]> {
  const other = to.accepted();
  const addresses = to.transport.addresses();
  const one = await from.transport.connect({ peer: to.id, addresses }, road, { signal: never });
  return [one, await other];
}

/** Frames that a connection receives, and a promise of their count. */
export function collect(connection: Connection): { readonly texts: string[]; until(count: number): Promise<void> } {
  const texts: string[] = [];
  let wake = () => {};
  connection.read((frame) => {
    texts.push(new TextDecoder().decode(frame));
    wake();
  });
  return {
    texts,
    until: (count) =>
      new Promise((resolve) => {
        wake = () => texts.length >= count && resolve();
        wake();
      }),
  };
}

export async function sendAll(connection: Connection, texts: readonly string[]): Promise<void> {
  for (const text of texts) {
    if (!connection.send(new TextEncoder().encode(text))) await connection.drained({ signal: never });
  }
}

export function numbered(name: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${name} ${index}`);
}

/** The code that a promise rejects with. */
export async function codeOf(work: Promise<unknown>): Promise<string | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  }
}
