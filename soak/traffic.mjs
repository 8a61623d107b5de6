import * as z from "zod";

/** What is written, and read. */
const letter = z.object({ id: z.number(), text: z.string() });
const text = "x".repeat(64);
/** Letters on their way at most: what is offered beyond waits, as a caller that awaits its receipts would. */
const mostOpen = 8_000;
const tickMs = 10;
const ttlMs = 120_000;

/** Letters from each of two nodes to the other at a steady rate, and what became of them, in a fixed space. */
export class Traffic {
  written = 0;
  confirmed = 0;
  /** Confirmed, and no handler had run. */
  lost = 0;
  doubled = 0;
  /** Told that they failed. */
  failed = 0;
  #open = 0;
  #runs;
  #lanes;
  #peers;
  #flowing = false;
  #idle;

  /** @param mostLetters letters of the whole run at most */
  constructor(nodes, mostLetters) {
    this.#runs = new Uint8Array(mostLetters);
    this.#peers = [nodes[1].id, nodes[0].id];
    this.#lanes = nodes.map((node) => node.channel({ name: "soak", schema: letter }));
    for (const lane of this.#lanes)
      lane.onMessage(({ id }) => {
        if (this.#runs[id] > 0) this.doubled++;
        this.#runs[id] = 1;
      });
  }

  get open() {
    return this.#open;
  }

  /** Writes `perSecond` letters a second for so long, then waits until each has had its answer. */
  async flow(perSecond, forMs) {
    const startedAt = performance.now();
    const before = this.written;
    this.#flowing = true;
    while (performance.now() - startedAt < forMs) {
      const due = before + Math.floor(((performance.now() - startedAt) * perSecond) / 1_000);
      while (this.written < due && this.#open < mostOpen) this.#write();
      await new Promise((resolve) => setTimeout(resolve, tickMs));
    }
    this.#flowing = false;
    if (this.#open > 0) await new Promise((resolve) => (this.#idle = resolve));
  }

  #write() {
    const id = this.written++;
    if (id >= this.#runs.length) throw new RangeError("more letters than were planned");
    this.#open++;
    this.#lanes[id & 1].send(this.#peers[id & 1], { id, text }, { ttlMs }).then(
      () => this.#end(id, true),
      () => this.#end(id, false),
    );
  }

  #end(id, isConfirmed) {
    if (!isConfirmed) this.failed++;
    else {
      this.confirmed++;
      if (this.#runs[id] === 0) this.lost++;
    }
    if (--this.#open === 0 && !this.#flowing) this.#idle?.();
  }
}
