/** The relay, a process of its own that is killed and comes back on the same port. */
export class RelayProcess {
  #children;
  #relay;

  /** @param {import("./children.mjs").Children} children */
  constructor(children) {
    this.#children = children;
  }

  get url() {
    return this.#relay.url;
  }

  get pid() {
    return this.#relay.child.pid;
  }

  async start() {
    this.#relay = await this.#children.startRelay(this.#relay?.port ?? 0);
  }

  async kill() {
    await this.#children.kill(this.#relay.child);
  }

  /** Resolves to true where it ended by itself, without a fault. */
  end(graceMs) {
    return this.#children.endInfra(this.#relay, graceMs);
  }
}
