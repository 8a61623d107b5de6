import { once } from "node:events";
import { createServer, type Socket } from "node:net";

/** A listening socket in the place of a server that is gone: it counts who comes, and hangs up on them. */
export interface CountingDoor {
  /** Dials so far. */
  readonly dials: number;
  /** Resolves when all that were dialled have been hung up on. */
  quiet(): Promise<void>;
  close(): Promise<void>;
}

export async function openCountingDoor(port: number): Promise<CountingDoor> {
  let dials = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    dials += 1;
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    socket.destroy();
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    get dials() {
      return dials;
    },
    quiet: async () => {
      for (const socket of sockets) if (!socket.closed) await once(socket, "close");
    },
    close: async () => {
      const closed = once(server, "close");
      server.close();
      await closed;
    },
  };
}
