/** Two processes, the servers they meet by, and the roads between them, each of which can be killed. */

import { fork } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Roads } from "../../examples/hybrid-swarm/roads.mjs";
import { Children } from "../../examples/local-swarm/children.mjs";

const script = fileURLToPath(new URL("road-node.mjs", import.meta.url));
/** Roads of each transport. */
export const roadsOf = Object.freeze({
  integrated: ["integrated/direct", "integrated/relay"],
  gun: ["gun/relay"],
  peerjs: ["peerjs/direct"],
});
const mostMs = 60_000;
const lookMs = 50;

export class RoadPair {
  #folder = mkdtempSync(join(tmpdir(), "swarm-space-roads-"));
  #children;
  #infra;
  #roads;
  #nodes;
  #runs = 0;
  #orders = new Set();

  static async open() {
    const pair = new RoadPair();
    try {
      await pair.#open();
    } catch (error) {
      await pair.close();
      throw error;
    }
    return pair;
  }

  /** The one that has a chain, and the one that asks for it. */
  get has() {
    return this.#nodes[0];
  }

  get asks() {
    return this.#nodes[1];
  }

  get both() {
    return this.#nodes;
  }

  /** A chain in a folder, from which each run begins. */
  async prepare({ blocks, payments }) {
    await this.#openNode(this.has, [], "chain");
    await this.has.ask("mine", { blocks, payments });
    const { height } = await this.has.ask("status");
    await this.has.ask("close");
    return height;
  }

  /** Opens both on these transports. They are joined by as many as are kept, and no block has been asked for. */
  async begin(transports) {
    this.#runs += 1;
    const data = `has-${this.#runs}`;
    cpSync(join(this.#folder, "chain"), join(this.#folder, data), { recursive: true });
    const { id } = await this.#openNode(this.has, transports, data);
    await this.has.ask("part");
    await this.#openNode(this.asks, transports, `asks-${this.#runs}`);
    await this.asks.ask("connect", { peer: id });
    await this.joinedBy(transports, Math.min(2, transports.length));
  }

  /** Resolves to the transports that join them, once so many of these do and no other. */
  async joinedBy(transports, count) {
    const end = performance.now() + mostMs;
    for (;;) {
      const [one, other] = await this.status();
      const joined = one.transports.filter((each) => other.transports.includes(each));
      if (joined.length >= count && joined.every((each) => transports.includes(each))) return joined.sort();
      if (performance.now() > end)
        throw new Error(`joined by ${joined.join()} instead of ${count} of ${transports.join()}`);
      await pause(lookMs);
    }
  }

  status() {
    return Promise.all(this.both.map((node) => node.ask("status")));
  }

  /** All roads of a transport: data channels end, and relays say nothing any more. */
  async kill(transport) {
    for (const road of roadsOf[transport]) await this.#roads.kill(road, true);
    await Promise.all(this.#orders);
  }

  /** Closes both nodes, and heals what was killed. */
  async end() {
    await Promise.all(this.both.map((node) => node.ask("close")));
    await Promise.all(["integrated/relay", "gun/relay"].map((road) => this.#roads.heal(road)));
  }

  async close() {
    for (const { child } of this.#nodes ?? []) child.kill("SIGKILL");
    await this.#roads?.close();
    if (this.#infra !== undefined) await this.#children.endInfra(this.#infra, 5_000);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #open() {
    this.#children = new Children((error) => {
      throw error;
    });
    this.#nodes = await Promise.all([startNode(), startNode()]);
    this.#infra = await this.#children.startInfra(["--port", "0"]);
    this.#roads = await Roads.open(this.#infra, ({ kind, owner }) => {
      for (const node of this.both) this.#orders.add(node.ask(kind, { owner }));
    });
  }

  #openNode(node, transports, data) {
    const { tracker, dht, stun } = this.#infra;
    const servers = {
      trackers: [tracker.url],
      dhtBootstrap: [dht.bootstrap],
      gunRelays: [],
      peerServers: [this.#roads.peerServer],
      iceServers: [{ urls: stun.url }],
    };
    return node.ask("open", {
      transports,
      network: "roads",
      servers,
      relays: this.#roads.relays,
      data: join(this.#folder, data),
    });
  }
}

/** What orders a node's process, one order after the other, and resolves to its answers. */
async function startNode() {
  // What a library greets with is not the report's.
  const child = fork(script, [], { stdio: ["ignore", 2, 2, "ipc"] });
  const ended = once(child, "exit").then(([code, signal]) => {
    throw new Error(`a node's process ended: ${signal ?? code}`);
  });
  ended.catch(() => undefined);
  await Promise.race([once(child, "message"), ended]);
  let turn = Promise.resolve();
  return {
    child,
    ask(kind, more = {}) {
      const answer = turn.then(async () => {
        child.send({ kind, ...more });
        const [told] = await Promise.race([once(child, "message"), ended]);
        if (told.error !== undefined) throw new Error(`${kind}: ${told.error}`);
        return told;
      });
      turn = answer.catch(() => undefined);
      return answer;
    },
  };
}
