import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A door in front of a server: it passes on whatever is said, until the server behind it is to be deaf. */
export interface DeafDoor {
  readonly url: string;
  /** Nothing that is said from now on is passed on, and nothing is answered; sockets stay open, and new ones are taken. */
  deafen(): void;
  close(): Promise<void>;
}

export async function openDeafDoor(port: number): Promise<DeafDoor> {
  let isDeaf = false;
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
  };
  const server = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    for (const socket of [near, far]) keep(socket);
    near.on("data", (data) => isDeaf || far.write(data)).on("close", () => far.destroy());
    far.on("data", (data) => isDeaf || near.write(data)).on("close", () => near.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port: own } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${own}/`,
    deafen: () => {
      isDeaf = true;
    },
    close: async () => {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
