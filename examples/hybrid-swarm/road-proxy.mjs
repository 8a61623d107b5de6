/** A way on the loopback to a server, which counts the bytes of its sockets, falls silent, or is cut. */
import { once } from "node:events";
import { connect, createServer } from "node:net";

export class RoadProxy {
  /** Bytes that passed, both ways. */
  bytes = 0;
  #server;
  #to;
  #port = 0;
  /** @type {Set<import("node:net").Socket>} */
  #sockets = new Set();
  #isSilent = false;

  /** @param {number} to the server's port */
  static async open(to) {
    const proxy = new RoadProxy();
    proxy.#to = to;
    await proxy.heal();
    return proxy;
  }

  get port() {
    return this.#port;
  }

  /** Nothing passes any more, and nobody is told: sockets stay open. */
  fallSilent() {
    this.#isSilent = true;
  }

  /** All sockets end, and nobody is let in. */
  async cut() {
    const server = this.#server;
    this.#server = undefined;
    for (const socket of this.#sockets) socket.destroy();
    if (server?.listening) await new Promise((resolve) => server.close(resolve));
  }

  /** What was silent ends first: its bytes are gone, so nothing can go on there. */
  async heal() {
    await this.cut();
    this.#isSilent = false;
    this.#server = createServer((socket) => this.#join(socket, connect(this.#to, "127.0.0.1")));
    this.#server.listen(this.#port, "127.0.0.1");
    await once(this.#server, "listening");
    this.#port = this.#server.address().port;
  }

  #join(near, far) {
    for (const [one, other] of [
      [near, far],
      [far, near],
    ]) {
      this.#sockets.add(one);
      one.on("data", (bytes) => {
        if (this.#isSilent) return;
        this.bytes += bytes.length;
        other.write(bytes);
      });
      one.on("error", () => other.destroy());
      one.on("close", () => {
        this.#sockets.delete(one);
        other.destroy();
      });
    }
  }
}
