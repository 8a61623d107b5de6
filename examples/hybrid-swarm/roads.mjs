/** The four roads between two nodes, and how each is killed: relays and servers at a proxy, data channels in the nodes. */
import { RoadProxy } from "./road-proxy.mjs";

export class Roads {
  #proxies;
  #order;

  /** @param {{ port: number, peerServer: { port: number } }} infra @param {(order: object) => void} order tells every node */
  static async open(infra, order) {
    const roads = new Roads();
    const [integrated, gun, peerjs] = await Promise.all([
      RoadProxy.open(infra.port),
      RoadProxy.open(infra.port),
      RoadProxy.open(infra.peerServer.port),
    ]);
    roads.#proxies = { integrated, gun, peerjs };
    roads.#order = order;
    return roads;
  }

  /** Relays by the transport that goes by them. */
  get relays() {
    const { integrated, gun } = this.#proxies;
    return { integrated: `http://127.0.0.1:${integrated.port}/gun`, gun: `http://127.0.0.1:${gun.port}/gun` };
  }

  get peerServer() {
    return `http://127.0.0.1:${this.#proxies.peerjs.port}/`;
  }

  /** Bytes at the sockets of each road. @param {readonly { bytes: Record<string, number> }[]} statuses the nodes' own words of their data channels */
  bytes(statuses) {
    const native = (owner) => statuses.reduce((sum, { bytes }) => sum + bytes[owner], 0);
    return {
      "integrated/direct": native("integrated"),
      "integrated/relay": this.#proxies.integrated.bytes,
      "gun/relay": this.#proxies.gun.bytes,
      "peerjs/direct": native("peerjs"),
    };
  }

  async kill(road) {
    if (road === "integrated/direct") this.#order({ kind: "cut", owner: "integrated" });
    if (road === "integrated/relay") this.#proxies.integrated.fallSilent();
    if (road === "gun/relay") await this.#proxies.gun.cut();
    if (road !== "peerjs/direct") return;
    // The server first: what is dialled anew must not stand again.
    await this.#proxies.peerjs.cut();
    this.#order({ kind: "cut", owner: "peerjs" });
  }

  async heal(road) {
    if (road === "integrated/direct") this.#order({ kind: "heal", owner: "integrated" });
    if (road === "integrated/relay") await this.#proxies.integrated.heal();
    if (road === "gun/relay") await this.#proxies.gun.heal();
    if (road !== "peerjs/direct") return;
    await this.#proxies.peerjs.heal();
    this.#order({ kind: "heal", owner: "peerjs" });
  }

  async close() {
    await Promise.all(Object.values(this.#proxies).map((proxy) => proxy.cut()));
  }
}
