/** Writes numbered letters to the peers of a node, and keeps two logs: what came in (written before the sender is told so), and what it sent. */
import { openSync, writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { codeOf } from "@swarm-space/core";
import { getConnectionResilience } from "@swarm-space/resilience";
import * as z from "zod";

/** Letters in mailboxes get this long to be answered at the end, in milliseconds. */
const mailMs = 20_000;
const letter = z.strictObject({ number: z.int().positive(), sentAt: z.number() });

export class LetterWriter {
  #swarm;
  #numbers;
  #sent;
  #onReceipt;
  #onFailure;
  #writing;
  #pending = new Set();
  #nextNumber = new Map();
  #counts = { sent: 0, confirmed: 0, relayed: 0, failed: 0, breakersOpened: 0 };

  /**
   * @param {any} swarm not yet started
   * @param {{ receivedFile: string, sentFile: string, onReceipt: (peer: string, receipt: any) => void, onFailure: (failure: object) => void }} o
   */
  constructor(swarm, { receivedFile, sentFile, onReceipt, onFailure }) {
    const received = openSync(receivedFile, "a");
    this.#sent = openSync(sentFile, "a");
    this.#swarm = swarm;
    this.#onReceipt = onReceipt;
    this.#onFailure = onFailure;
    this.#numbers = swarm.channel({ name: "numbers", schema: letter });
    this.#numbers.onMessage(({ number, sentAt }, from) => log(received, { from, number, sentAt, at: Date.now() }));
    swarm.on("breaker:open", () => {
      this.#counts.breakersOpened += 1;
    });
  }

  /** Writes to each peer in turn, from now on. */
  talk(peers, everyMs, ttlMs) {
    clearInterval(this.#writing);
    this.#writing = setInterval(() => {
      for (const peer of peers) void this.#write(peer, ttlMs);
    }, everyMs);
  }

  /** Writes no more, and resolves when every letter is settled. */
  async hush() {
    clearInterval(this.#writing);
    await Promise.allSettled(this.#pending);
    const until = Date.now() + mailMs;
    while (this.#unanswered() > 0 && Date.now() < until) await sleep(100);
    if (this.#unanswered() > 0) return;
    this.#counts.confirmed += this.#counts.relayed;
    this.#counts.relayed = 0;
  }

  status() {
    const { openBreakers } = getConnectionResilience(this.#swarm).getStats();
    return { ...this.#counts, waiting: this.#pending.size, openBreakers };
  }

  async #write(peer, ttlMs) {
    const number = (this.#nextNumber.get(peer) ?? 0) + 1;
    this.#nextNumber.set(peer, number);
    log(this.#sent, { to: peer, number });
    this.#counts.sent += 1;
    const settled = this.#numbers.send(peer, { number, sentAt: Date.now() }, { ttlMs });
    this.#pending.add(settled);
    try {
      const receipt = await settled;
      // "relayed" is on its way in a mailbox: it counts once nothing waits any more.
      this.#counts[receipt.status] += 1;
      this.#onReceipt(peer, receipt);
    } catch (error) {
      this.#counts.failed += 1;
      this.#onFailure({ to: peer, number, code: codeOf(error, String(error)) });
    } finally {
      this.#pending.delete(settled);
    }
  }

  /** Letters that no receiver has answered yet, those in mailboxes too. */
  #unanswered() {
    return [...this.#nextNumber.keys()].reduce((sum, peer) => sum + this.#swarm.explain(peer).waiting.letters, 0);
  }
}

function log(file, entry) {
  writeSync(file, `${JSON.stringify(entry)}\n`);
}
