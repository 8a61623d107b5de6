/** Nodes, each a process of its own, and what they report. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseLog } from "./tally.ts";

export class NodeProcesses {
  #children;
  #folder;
  #script;
  /** @type {Map<string, { name: string, child: any, id: string | undefined, peers: Set<string>, status: any, files: any }>} */
  #nodes = new Map();
  /** @type {Set<() => void>} */
  #waiting = new Set();
  #breakers = [];
  #failures = [];
  #onBreaker;
  #onReport;

  /**
   * @param {{ children: import("./children.mjs").Children, folder: string, script: URL, onBreaker: (report: any) => void,
   *   onReport?: (report: any) => void }} o folder: where the nodes' logs go; script: what each of them runs
   */
  constructor({ children, folder, script, onBreaker, onReport = () => {} }) {
    this.#children = children;
    this.#folder = folder;
    this.#script = script;
    this.#onBreaker = onBreaker;
    this.#onReport = onReport;
  }

  /** `status` is what a node last told of itself. */
  get all() {
    return [...this.#nodes.values()].map(({ name, id, child, status }) => ({ name, id, pid: child.pid, status }));
  }

  /** Wall milliseconds at which a breaker opened. */
  get breakers() {
    return this.#breakers;
  }

  /** Letters whose sender was told that they failed. */
  get failures() {
    return this.#failures;
  }

  /**
   * Resolves when each knows all others.
   * @param {readonly string[]} names
   * @param {(name: string) => object} settingsOf what the script is told beside its name and its logs
   */
  async start(names, settingsOf, withinMs) {
    for (const name of names) {
      const files = {
        receivedFile: join(this.#folder, `${name}-received.log`),
        sentFile: join(this.#folder, `${name}-sent.log`),
      };
      const child = this.#children.startNode(this.#script, { name, ...settingsOf(name), ...files }, (report) =>
        this.#hear(report),
      );
      this.#nodes.set(name, { name, child, id: undefined, peers: new Set(), status: undefined, files });
    }
    await this.until(() => this.all.every(({ id }) => id !== undefined), withinMs, "the nodes' start");
    const knowsAll = ({ peers, id }) => this.all.every((other) => other.id === id || peers.has(other.id));
    await this.until(() => [...this.#nodes.values()].every(knowsAll), withinMs, "the nodes to find each other");
  }

  nameOf(id) {
    return this.all.find((node) => node.id === id)?.name ?? id;
  }

  talk(everyMs, ttlMs) {
    for (const { child, id } of this.#nodes.values()) {
      const peers = this.all.map((node) => node.id).filter((other) => other !== id);
      child.send({ kind: "talk", peers, everyMs, ttlMs });
    }
  }

  /** Tells every node, or the one of this name. */
  order(order, to) {
    for (const { name, child } of this.#nodes.values()) if (to === undefined || name === to) child.send(order);
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

  /** The nodes' own logs, for `tally`. */
  readLogs() {
    return [...this.#nodes.values()].map(({ name, id, files }) => ({
      name,
      id,
      sent: parseLog(readFileSync(files.sentFile, "utf8")),
      received: parseLog(readFileSync(files.receivedFile, "utf8")),
    }));
  }

  /** Resolves to a line for each that had to be killed or ended with a fault. */
  async end(graceMs) {
    const ends = [...this.#nodes.values()].map(async ({ name, child }) => {
      const fault = await this.#children.end(child, graceMs, () =>
        child.send({ kind: "end", tellAfterMs: graceMs - 500 }),
      );
      return fault === undefined ? [] : [`${name} ${fault}`];
    });
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
    if (kind === "failed") this.#failures.push({ name, ...report });
    if (kind === "breaker") {
      this.#breakers.push({ at: Date.now(), name });
      this.#onBreaker({ name, ...report });
    }
    this.#onReport({ name, kind, ...report });
    for (const look of this.#waiting) look();
  }
}
