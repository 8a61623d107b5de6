import { SwarmError } from "../errors/index.ts";
import type { Connection } from "../ports/index.ts";

/** A transport's connections. Those under way count with them, so that there are never more than it may have. */
export class ConnectionShelf {
  readonly #most: number;
  readonly #onCount: () => void;
  /** With what each was dialled by. */
  readonly #connections = new Map<Connection, string>();
  #underWay = 0;

  /** @param onCount called when one came or went */
  constructor(most: number, onCount: () => void) {
    this.#most = most;
    this.#onCount = onCount;
  }

  get size(): number {
    return this.#connections.size;
  }

  get hasRoom(): boolean {
    return this.size + this.#underWay < this.#most;
  }

  /** Whether one that was dialled by this stands. */
  hasBy(by: string): boolean {
    return [...this.#connections.values()].includes(by);
  }

  /** Holds a place while one is dialled. @throws SwarmError `DIAL_FAILED` there is none */
  async dial<Value>(work: () => Promise<Value>): Promise<Value> {
    if (!this.hasRoom) throw new SwarmError("DIAL_FAILED", "There are as many connections as `maxConnections` says");
    return await this.enter(work);
  }

  /** Counts one more while it is under way. */
  async enter<Value>(work: () => Promise<Value>): Promise<Value> {
    this.#underWay += 1;
    try {
      return await work();
    } finally {
      this.#underWay -= 1;
    }
  }

  /** Until it is closed. */
  keep(connection: Connection, by = ""): void {
    this.#connections.set(connection, by);
    void connection.closed.then(() => {
      this.#connections.delete(connection);
      this.#onCount();
    });
    this.#onCount();
  }

  async close(reason: string): Promise<void> {
    await Promise.all([...this.#connections.keys()].map((connection) => connection.close(reason)));
  }
}
