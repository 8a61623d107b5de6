import net from "node:net";
import { definePlugin, ports, SwarmError } from "@swarm-space/core";
import * as z from "zod";
import { TcpConnection } from "./tcp-connection.mjs";

/** The plainest transport over a real socket: no limits of its own, so that a flood meets the kernel's alone. */
class TcpTransport {
  id = "tcp";
  state = "idle";
  #listen;
  #from;
  #server;
  #connections = new Set();
  #listeners = new Set();

  constructor({ listen, from }) {
    this.#listen = listen;
    this.#from = from;
  }

  async open(accept) {
    if (this.#listen) {
      this.#server = net.createServer((socket) => accept(this.#keep(new TcpConnection(socket))));
      await new Promise((resolve, reject) =>
        this.#server.once("error", reject).listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, resolve),
      );
    }
    this.#turn("ready");
  }

  roadsTo({ addresses }) {
    return addresses.some(({ transport }) => transport === "tcp") ? ["tcp"] : [];
  }

  async connect({ addresses }, _road, { signal }) {
    const [host, port] = addresses.find(({ transport }) => transport === "tcp").value.split(":");
    return this.#keep(await dialTcp({ host, port: Number(port), from: this.#from, signal }));
  }

  async close() {
    await Promise.all([...this.#connections].map((each) => each.close("the transport closes")));
    await new Promise((resolve) => (this.#server ? this.#server.close(resolve) : resolve()));
    this.#server = undefined;
    this.#turn("idle");
  }

  onState(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  addresses() {
    const port = this.#server?.address()?.port;
    return port === undefined ? [] : [{ transport: "tcp", value: `127.0.0.1:${port}` }];
  }

  #turn(state) {
    this.state = state;
    for (const listener of this.#listeners) listener(state);
  }

  #keep(connection) {
    this.#connections.add(connection);
    void connection.closed.then(() => this.#connections.delete(connection));
    return connection;
  }
}

/** @param o.from the local address, any of 127.0.0.0/8 */
export function dialTcp({ host, port, from, signal }) {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host, port, ...(from === undefined ? {} : { localAddress: from }) });
    const abort = () => socket.destroy(signal.reason);
    signal?.addEventListener("abort", abort, { once: true });
    socket.once("error", (cause) =>
      reject(signal?.aborted ? signal.reason : new SwarmError("DIAL_FAILED", cause.message, { cause })),
    );
    socket.once("connect", () => {
      signal?.removeEventListener("abort", abort);
      resolve(new TcpConnection(socket));
    });
  });
}

/** @param o.to `{ peer, address }` that its discovery reports; absent: nobody */
export function tcpPlugin({ listen = false, from, to } = {}) {
  return definePlugin({
    id: "@swarm-space/attack-tcp",
    api: 1,
    config: z.strictObject({}),
    provides: [ports.transport, ports.discoverySource],
    setup({ provide }) {
      provide(ports.transport, new TcpTransport({ listen, from }));
      provide(ports.discoverySource, {
        id: "given",
        async *discover({ signal }) {
          if (to) yield { peer: to.peer, addresses: [{ transport: "tcp", value: to.address }], source: "given" };
          await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
        },
      });
    },
  });
}
