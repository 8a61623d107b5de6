/** The four roads between two nodes, and how each is killed: relays and servers at a proxy, data channels in the nodes. */
import { RoadProxy } from "./road-proxy.mjs";

export const roadNames = ["integrated/direct", "integrated/relay", "gun/relay", "peerjs/direct"];

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

  /** @param {boolean} isSilent where that can be: nobody is told, and what is sent is gone */
  async kill(road, isSilent) {
    const { owner, proxy } = this.#partsOf(road);
    if (owner !== undefined) this.#order({ kind: "cut", owner });
    else if (isSilent) proxy.fallSilent();
    else await proxy.cut();
  }

  async heal(road) {
    const { owner, proxy } = this.#partsOf(road);
    if (owner !== undefined) this.#order({ kind: "heal", owner });
    else await proxy.heal();
  }

  /** A data channel is ended in the nodes, for no server carries it; a relay's link at the proxy. */
  #partsOf(road) {
    const [transport] = road.split("/");
    return road.endsWith("/direct") ? { owner: transport } : { proxy: this.#proxies[transport] };
  }

  async close() {
    await Promise.all(Object.values(this.#proxies).map((proxy) => proxy.cut()));
  }
}
