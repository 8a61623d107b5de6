/** As Node's own pool: a letter that waits long keeps no more than this alive. */
const slabBytes = 8_192;
/** With less room than this left a new slab is begun. */
const leastRoom = 1_024;

/** Memory for small bodies, many to a slab: a buffer of its own for each costs more than its encoding. One a node. */
export class MessagePool {
  #slab = new Uint8Array(slabBytes);
  #at = 0;
  #busy = false;

  /**
   * The bytes that `write` put into the room that it was given, from `at` on; it says where they end.
   * @returns undefined where they do not fit, or where a message's own getter writes another meanwhile
   */
  take<Message>(
    write: (message: Message, room: Uint8Array, at: number) => number,
    message: Message,
  ): Uint8Array | undefined {
    if (this.#busy) return undefined;
    if (slabBytes - this.#at < leastRoom) {
      this.#slab = new Uint8Array(slabBytes);
      this.#at = 0;
    }
    this.#busy = true;
    try {
      const from = this.#at;
      this.#at = write(message, this.#slab, from);
      return this.#slab.subarray(from, this.#at);
    } catch {
      return undefined;
    } finally {
      this.#busy = false;
    }
  }
}
