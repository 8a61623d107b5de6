/** A relay and nodes, each a process of its own, and what they report. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseLog } from "./tally.ts";

export class SwarmOfProcesses {
  #children;
  #folder;
  #config;
  #relay;
  /** @type {Map<string, { name: string, child: any, id: string | undefined, peers: Set<string>, status: any, files: any }>} */
  #nodes = new Map();
  /** @type {Set<() => void>} */
  #waiting = new Set();
  #breakers = [];
  #failures = [];
  #onBreaker;

  /**
   * @param {{ children: import("./children.mjs").Children, folder: string, config: string, onBreaker: (report: any) => void }} o
   *   folder: where the nodes' logs go
   */
  constructor({ children, folder, config, onBreaker }) {
    this.#children = children;
    this.#folder = folder;
    this.#config = config;
    this.#onBreaker = onBreaker;
  }

  get relay() {
    return this.#relay;
  }

  get nodes() {
    return [...this.#nodes.values()].map(({ name, id, child }) => ({ name, id, pid: child.pid }));
  }

  /** Wall milliseconds at which a breaker opened. */
  get breakers() {
    return this.#breakers;
  }

  /** Letters whose sender was told that they failed. */
  get failures() {
    return this.#failures;
  }

  async startRelay() {
    this.#relay = await this.#children.startRelay(this.#relay?.port ?? 0);
  }

  async killRelay() {
    await this.#children.kill(this.#relay.child);
  }

  async startNodes(names, withinMs) {
    for (const name of names) {
      const files = {
        received: join(this.#folder, `${name}-received.log`),
        sent: join(this.#folder, `${name}-sent.log`),
      };
      const child = this.#children.startNode(
        { name, config: this.#config, relay: this.#relay.url, receivedFile: files.received, sentFile: files.sent },
        (report) => this.#hear(report),
      );
      this.#nodes.set(name, { name, child, id: undefined, peers: new Set(), status: undefined, files });
    }
    await this.until(() => [...this.#nodes.values()].every(({ id }) => id !== undefined), withinMs, "the nodes' start");
    await this.until(() => this.#allKnowAll(), withinMs, "the nodes to find each other");
  }

  talk(everyMs, ttlMs) {
    for (const node of this.#nodes.values()) {
      const peers = this.nodes.map(({ id }) => id).filter((id) => id !== node.id);
      node.child.send({ kind: "talk", peers, everyMs, ttlMs });
    }
  }

  /** Resolves when nobody writes any more and every letter is settled. */
  async hush(withinMs) {
    for (const node of this.#nodes.values()) {
      node.isSettled = false;
      node.child.send({ kind: "hush" });
    }
    await this.until(() => [...this.#nodes.values()].every((node) => node.isSettled), withinMs, "letters to settle");
  }

  /** Resolves when every node has told how it stands. */
  async askStatus(withinMs) {
    for (const node of this.#nodes.values()) {
      node.status = undefined;
      node.child.send({ kind: "status" });
    }
    await this.until(() => [...this.#nodes.values()].every(({ status }) => status), withinMs, "the nodes' status");
  }

  /** Sums of what the nodes last told of themselves. */
  status() {
    const told = [...this.#nodes.values()].map(({ status }) => status);
    const sum = (key) => told.reduce((total, status) => total + (status?.[key] ?? 0), 0);
    return {
      sent: sum("sent"),
      confirmed: sum("confirmed"),
      waiting: sum("waiting"),
      openBreakers: sum("openBreakers"),
      breakersOpened: sum("breakersOpened"),
      transports: [...new Set(told.flatMap((status) => status?.transports ?? []))].sort(),
    };
  }

  /** The nodes' own logs, for `tally`. */
  readLogs() {
    return [...this.#nodes.values()].map(({ name, id, files }) => ({
      name,
      id,
      sent: parseLog(readFileSync(files.sent, "utf8")),
      received: parseLog(readFileSync(files.received, "utf8")),
    }));
  }

  /** Ends everything in order. Resolves to the names of those that had to be killed or ended with a fault. */
  async end(graceMs) {
    const ends = [...this.#nodes.values()].map(async ({ name, child }) =>
      (await this.#children.end(child, graceMs, () => child.send({ kind: "end" }))) ? [] : [name],
    );
    const unclean = (await Promise.all(ends)).flat();
    const { child } = this.#relay;
    const isClean = await this.#children.end(child, graceMs, () => child.kill("SIGTERM"));
    return isClean ? unclean : [...unclean, "relay"];
  }

  /** Resolves when the condition holds, which is looked at after each report. */
  until(condition, withinMs, what) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        reject(new Error(`waited ${withinMs} ms for ${what}`));
      }, withinMs);
      const look = () => {
        if (!condition()) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  #allKnowAll() {
    return this.nodes.every(({ name }) =>
      this.nodes.every(({ name: other, id }) => other === name || this.#nodes.get(name).peers.has(id)),
    );
  }

  #hear({ name, kind, ...report }) {
    const node = this.#nodes.get(name);
    if (kind === "ready") node.id = report.id;
    if (kind === "peer") node.peers.add(report.peer);
    if (kind === "status" || kind === "settled") node.status = report;
    if (kind === "settled") node.isSettled = true;
    if (kind === "failed") this.#failures.push({ name, ...report });
    if (kind === "breaker") {
      this.#breakers.push({ at: Date.now(), name });
      this.#onBreaker({ name, ...report });
    }
    for (const look of this.#waiting) look();
  }
}
