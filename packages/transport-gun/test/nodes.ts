import { type Connection, systemClock, systemRandom } from "@swarm-space/core";
import { RelayPool } from "@swarm-space/gun-driver";
import { type GunRelay, openGunRelay } from "@swarm-space/gun-driver/relay";
import { RelayTransport } from "@swarm-space/gun-driver/road";
import type * as z from "zod";
import { gunConfig } from "../src/config.ts";
import { openNodeSide } from "../src/node-side.ts";

export const clock = systemClock();
export const random = systemRandom();

const alphabet = "abcdefghijklmnopqrstuvwxyz234567";

/** A name of the form of a peer id. */
export function peerId(): string {
  return Array.from(random.bytes(52), (byte) => alphabet.charAt(byte & 31)).join("");
}

/** A transport with what came in to it. */
export interface Node {
  readonly id: string;
  readonly transport: RelayTransport;
  readonly inbound: Connection[];
  /** The next inbound connection. */
  accepted(): Promise<Connection>;
  open(): Promise<void>;
  close(): Promise<void>;
}

export function makeNode(options: z.input<typeof gunConfig>, id = peerId(), network = "test"): Node {
  const config = gunConfig.parse({ linkBackoffBaseMs: 20, linkBackoffCapMs: 200, ...options });
  const pool = new RelayPool();
  const transport = new RelayTransport({
    id: "gun",
    self: { id, network },
    relays: config.relays,
    config,
    clock,
    random,
    pool: () => pool,
    openSide: () => openNodeSide(config, clock, random),
    suite: () => undefined,
  });
  const inbound: Connection[] = [];
  const waiting: ((connection: Connection) => void)[] = [];
  const accept = (connection: Connection) => {
    const taker = waiting.shift();
    if (taker) taker(connection);
    else inbound.push(connection);
  };
  return {
    id,
    transport,
    inbound,
    accepted: async () => inbound.shift() ?? (await new Promise<Connection>((resolve) => waiting.push(resolve))),
    open: () => transport.open(accept, { signal: never }),
    close: () => transport.close({ signal: never }),
  };
}

/** A signal that is never given. */
export const never = new AbortController().signal;

export function relay(port = 0, peers: readonly string[] = []): Promise<GunRelay> {
  return openGunRelay({ clock, random, port, peers });
}

/** Dials `to` and gives both ends. */
export async function join(from: Node, to: Node): Promise<readonly [Connection, Connection]> {
  const addresses = to.transport.addresses();
  const other = to.accepted();
  const one = await from.transport.connect({ peer: to.id, addresses }, "relay", { signal: never });
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

/** As `sendAll`, each frame in a turn of its own and so in a packet of its own. */
export async function sendEach(connection: Connection, texts: readonly string[]): Promise<void> {
  for (const text of texts) {
    await sendAll(connection, [text]);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Resolves when the transport is in one of the states. */
export function untilState(node: Node, ...states: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    if (states.includes(node.transport.state)) return resolve();
    const undo = node.transport.onState((state) => {
      if (!states.includes(state)) return;
      undo();
      resolve();
    });
  });
}

export function numbered(name: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${name} ${index}`);
}
