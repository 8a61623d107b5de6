import { connect, createServer } from "node:net";

/** A road between two sockets that can be cut, or fall silent. New connections pass. */
export class CutProxy {
  #pairs = new Set();
  #server;

  /** @returns the port it listens on */
  async open(targetPort) {
    this.#server = createServer((near) => {
      const far = connect(targetPort, "127.0.0.1");
      const pair = { near, far };
      this.#pairs.add(pair);
      for (const [from, to] of [
        [near, far],
        [far, near],
      ]) {
        from.setNoDelay(true);
        from.on("error", () => undefined);
        from.on("close", () => {
          to.destroy();
          this.#pairs.delete(pair);
        });
        from.on("data", (bytes) => {
          if (!pair.isSilent) to.write(bytes);
        });
      }
    });
    await new Promise((done) => this.#server.listen(0, "127.0.0.1", done));
    return this.#server.address().port;
  }

  /** What stands says nothing any more, and nobody is told. */
  silence() {
    for (const pair of this.#pairs) pair.isSilent = true;
  }

  /** What stands ends. */
  cut() {
    for (const { near, far } of this.#pairs) {
      near.destroy();
      far.destroy();
    }
  }

  async close() {
    this.cut();
    await new Promise((done) => this.#server.close(done));
  }
}
