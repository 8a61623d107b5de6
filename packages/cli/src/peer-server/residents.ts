import type { GuardedSocket } from "../door/guarded-socket.ts";
import { RangeCounts } from "../door/range-counts.ts";

/** Which socket is connected under which id. */
export class Residents {
  readonly #byId = new Map<string, GuardedSocket>();
  readonly #idsOf = new RangeCounts();

  get size(): number {
    return this.#byId.size;
  }

  /** Ids that are held from the range. */
  heldBy(range: string): number {
    return this.#idsOf.of(range);
  }

  socketOf(id: string): GuardedSocket | undefined {
    return this.#byId.get(id);
  }

  /** A second socket of the same id, proven by its token, takes the place of the first. */
  enter(id: string, socket: GuardedSocket): void {
    this.#drop(id);
    this.#byId.set(id, socket);
    this.#idsOf.add(socket.range);
    socket.on("close", () => {
      if (this.#byId.get(id) === socket) this.#drop(id);
    });
  }

  #drop(id: string): void {
    const socket = this.#byId.get(id);
    if (!socket) return;
    this.#byId.delete(id);
    this.#idsOf.remove(socket.range);
  }
}
