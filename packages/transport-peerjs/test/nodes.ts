import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { type Connection, SwarmError, systemClock, systemRandom } from "@swarm-space/core";
import { PeerServer } from "peer";
import type * as z from "zod";
import { peerjsConfig } from "../src/config.ts";
import { PeerjsTransport } from "../src/peerjs-transport.ts";

export const clock = systemClock();
export const random = systemRandom();

/** A signal that is never given. */
export const never = new AbortController().signal;

const alphabet = "abcdefghijklmnopqrstuvwxyz234567";

/** A name of the form of a peer id. */
export function peerId(): string {
  return `${Array.from(random.bytes(51), (byte) => alphabet.charAt(byte & 31)).join("")}a`;
}

export interface StockServer {
  readonly url: string;
  readonly port: number;
  /** PeerJS ids that connected, in order. */
  readonly seen: readonly string[];
  /** Sockets that are open. */
  readonly connections: number;
  close(): Promise<void>;
}

/** An unmodified PeerServer on loopback. */
export async function stockServer(options: { port?: number; allow_discovery?: boolean } = {}): Promise<StockServer> {
  const listening = Promise.withResolvers<Parameters<NonNullable<Parameters<typeof PeerServer>[1]>>[0]>();
  const app = PeerServer({ host: "127.0.0.1", port: 0, ...options }, (server) => listening.resolve(server));
  const seen: string[] = [];
  app.on("error", () => {});
  app.on("connection", (client) => seen.push(client.getId()));
  const server = await listening.promise;
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    port,
    seen,
    get connections() {
      return sockets.size;
    },
    close: async () => {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** A transport with what came in to it. */
export interface Node {
  readonly id: string;
  readonly transport: PeerjsTransport;
  readonly inbound: Connection[];
  readonly refused: { readonly src: string; readonly code: string }[];
  /** The next inbound connection. */
  accepted(): Promise<Connection>;
  open(): Promise<void>;
  close(): Promise<void>;
}

export function makeNode(options: z.input<typeof peerjsConfig>, id = peerId(), network = "test"): Node {
  const config = peerjsConfig.parse({ bindAddress: "127.0.0.1", backoffBaseMs: 20, ...options });
  const inbound: Connection[] = [];
  const refused: { src: string; code: string }[] = [];
  const waiting: ((connection: Connection) => void)[] = [];
  const transport = new PeerjsTransport({
    self: { id, network },
    config,
    clock,
    random,
    suite: () => undefined,
    refused: (src, { code }) => refused.push({ src, code }),
  });
  const accept = (connection: Connection) => {
    const taker = waiting.shift();
    if (taker) taker(connection);
    else inbound.push(connection);
  };
  return {
    id,
    transport,
    inbound,
    refused,
    accepted: async () => inbound.shift() ?? (await new Promise<Connection>((resolve) => waiting.push(resolve))),
    open: () => transport.open(accept, { signal: never }),
    close: () => transport.close({ signal: never }),
  };
}

/** Dials `to` and gives both ends. */
export async function join(from: Node, to: Node): Promise<readonly [Connection, Connection]> {
  const other = to.accepted();
  const addresses = to.transport.addresses();
  const one = await from.transport.connect({ peer: to.id, addresses }, "direct", { signal: never });
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

/** The code that a promise rejects with. */
export async function codeOf(work: Promise<unknown>): Promise<string | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return SwarmError.is(error) ? error.code : String(error);
  }
}
