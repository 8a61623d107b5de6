import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { PeerServer } from "peer";
import type * as z from "zod";
import { clock, endOf, peerId, random, type TransportEnd } from "../../../tests/support/transport-ends.ts";
import { peerjsConfig } from "../src/config.ts";
import { PeerjsTransport } from "../src/peerjs-transport.ts";

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
export async function stockServer(
  options: { port?: number; allow_discovery?: boolean; expire_timeout?: number } = {},
): Promise<StockServer> {
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

export interface Node extends TransportEnd<PeerjsTransport> {
  readonly refused: { readonly src: string; readonly code: string }[];
}

export function makeNode(options: z.input<typeof peerjsConfig>, id = peerId(), network = "test"): Node {
  const config = peerjsConfig.parse({ bindAddress: "127.0.0.1", backoffBaseMs: 20, ...options });
  const refused: { src: string; code: string }[] = [];
  const transport = new PeerjsTransport({
    self: { id, network },
    config,
    clock,
    random,
    log: undefined,
    suite: () => undefined,
    refused: (src, { code }) => refused.push({ src, code }),
  });
  return { ...endOf(id, transport), refused };
}
