/** Three nodes, each a process of its own, and what they report. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseLog } from "../local-swarm/tally.ts";

const script = fileURLToPath(new URL("node.mjs", import.meta.url));

export class Nodes {
  #children;
  /** @type {Map<string, any>} */
  #nodes = new Map();
  /** @type {Set<() => void>} */
  #waiting = new Set();
  failures = [];
  #onBreaker;

  /** @param {{ children: import("../local-swarm/children.mjs").Children, onBreaker: (report: any) => void }} o */
  constructor({ children, onBreaker }) {
    this.#children = children;
    this.#onBreaker = onBreaker;
  }

  get all() {
    return [...this.#nodes.values()].map(({ name, id, child, status }) => ({ name, id, pid: child.pid, status }));
  }

  async start(names, folder, settings, withinMs) {
    for (const name of names) {
      const files = { receivedFile: join(folder, `${name}-received.log`), sentFile: join(folder, `${name}-sent.log`) };
      const data = join(folder, name);
      const onReport = (report) => this.#hear(report);
      const child = this.#children.startNode({ name, data, ...settings, ...files }, onReport, script);
      this.#nodes.set(name, { name, child, id: undefined, peers: new Set(), status: undefined, files });
    }
    await this.until(() => this.all.every(({ id }) => id !== undefined), withinMs, "the nodes' start");
    const knowsAll = ({ peers, id }) => this.all.every((other) => other.id === id || peers.has(other.id));
    await this.until(() => [...this.#nodes.values()].every(knowsAll), withinMs, "the nodes to find each other");
  }

  talk(everyMs, ttlMs) {
    for (const { child, id } of this.#nodes.values()) {
      const peers = this.all.map((node) => node.id).filter((other) => other !== id);
      child.send({ kind: "talk", peers, everyMs, ttlMs });
    }
  }

  order(order) {
    for (const { child } of this.#nodes.values()) child.send(order);
  }

  /** Resolves when nobody writes any more and every letter is settled. */
  async hush(withinMs) {
    for (const node of this.#nodes.values()) node.isSettled = false;
    this.order({ kind: "hush" });
    await this.until(() => [...this.#nodes.values()].every((node) => node.isSettled), withinMs, "letters to settle");
  }

  /** Resolves when every node has told how it stands. */
  async askStatus(withinMs) {
    for (const node of this.#nodes.values()) node.status = undefined;
    this.order({ kind: "status" });
    await this.until(() => [...this.#nodes.values()].every(({ status }) => status), withinMs, "the nodes' status");
  }

  /** The roads that now carry letters, one for each pair and direction. */
  carrying() {
    return this.all.flatMap(({ status }) => Object.values(status?.roads ?? {}).flatMap(({ carries }) => carries));
  }

  /** Whether each has a link beside the ones by these roads. @param {Set<string>} dead */
  haveStandby(dead) {
    const isThere = ({ carries, standby }) => [...carries, ...standby].some((road) => !dead.has(road));
    return this.all.every(({ status }) => Object.values(status?.roads ?? {}).every(isThere));
  }

  readLogs() {
    return [...this.#nodes.values()].map(({ name, id, files }) => ({
      name,
      id,
      sent: parseLog(readFileSync(files.sentFile, "utf8")),
      received: parseLog(readFileSync(files.receivedFile, "utf8")),
    }));
  }

  /** Resolves to the names of those that had to be killed or ended with a fault. */
  async end(graceMs) {
    const ends = [...this.#nodes.values()].map(async ({ name, child }) =>
      (await this.#children.end(child, graceMs, () => child.send({ kind: "end" }))) ? [] : [name],
    );
    return (await Promise.all(ends)).flat();
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

  #hear({ name, kind, ...report }) {
    const node = this.#nodes.get(name);
    if (kind === "ready") node.id = report.id;
    if (kind === "peer") node.peers.add(report.peer);
    if (kind === "status" || kind === "settled") node.status = report;
    if (kind === "settled") node.isSettled = true;
    if (kind === "failed") this.failures.push({ name, ...report });
    if (kind === "breaker") this.#onBreaker({ name, ...report });
    for (const look of this.#waiting) look();
  }
}
