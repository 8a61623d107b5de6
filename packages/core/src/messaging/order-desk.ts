import type { PeerId } from "../ports/identity.ts";
import { maxNodeQueuedBytes, maxQueuedBytes } from "./limits.ts";
import { orderWindow } from "./order-lane.ts";

/** A letter that may wait for those before it. */
export interface OrderedLetter {
  /** Of its body. */
  readonly bytes: number;
  /** Its turn has come. False: there was no room for it, and it will come again. */
  readonly run: () => boolean;
  /** Its sender no longer waits for it, or it fell out: it will never run. */
  readonly drop: () => void;
  /** Its sender was restarted and brings it again: forget that it was here. */
  readonly release: () => void;
}

interface InLane {
  readonly peer: PeerId;
  readonly instance: string;
  readonly channel: string;
  expected: number;
  readonly held: Map<number, OrderedLetter>;
}

/** Most ordered channels of all senders together; the longest unused goes first. */
const maxLanes = 4_096;

/** The receiver's side of order: lets a letter run when all before it have, or its sender says not to wait. */
export class OrderDesk {
  readonly #lanes = new Map<string, InLane>();
  /** Most letters come where the one before came. */
  #last: InLane | undefined;
  /** Bytes of the letters that wait, of each peer that has some. */
  readonly #bytesOf = new Map<PeerId, number>();
  #bytes = 0;

  /**
   * Whose turn is it? "now": run it, then call `passed`. "wait": give it to `hold`. "late": its sender gave it up.
   * "full": no sender that keeps the rules is so far ahead.
   * @param instance the sender's instance: another one begins anew
   * @param base nothing below is to be waited for
   */
  turn(peer: PeerId, instance: string, channel: string, order: number, base: number): "now" | "wait" | "late" | "full" {
    const lane = this.#lane(peer, instance, channel, base);
    if (base > lane.expected) this.#advance(lane, base);
    if (order < lane.expected) return "late";
    if (order === lane.expected) {
      lane.expected++;
      return "now";
    }
    return lane.held.size >= orderWindow || order >= lane.expected + 2 * orderWindow ? "full" : "wait";
  }

  /** The letter whose turn it was has run: those behind it may. */
  passed(peer: PeerId, instance: string, channel: string): void {
    const lane = this.#find(peer, instance, channel);
    if (lane !== undefined && lane.held.size > 0) this.#drain(lane);
  }

  /** A letter whose turn it was found no room: it will come again, and those behind it must not run before it. */
  again(peer: PeerId, instance: string, channel: string, order: number): void {
    const lane = this.#find(peer, instance, channel);
    if (lane !== undefined && order < lane.expected) lane.expected = order;
  }

  /** Whether one whose turn it was may still run: not so when one before it comes again. */
  inTurn(peer: PeerId, instance: string, channel: string, order: number): boolean {
    const lane = this.#find(peer, instance, channel);
    return lane === undefined || order < lane.expected;
  }

  /** Keeps a letter until its turn. False: so many bytes of its sender, or of all, wait already that there is no room. */
  hold(peer: PeerId, instance: string, channel: string, order: number, letter: OrderedLetter): boolean {
    const lane = this.#find(peer, instance, channel);
    if (lane === undefined) return true;
    const { bytes } = letter;
    const own = this.#bytesOf.get(peer) ?? 0;
    if (own + bytes > maxQueuedBytes || this.#bytes + bytes > maxNodeQueuedBytes) return false;
    this.#letGo(lane, order);
    lane.held.set(order, letter);
    this.#count(peer, bytes);
    return true;
  }

  /** The sender gave up what is below `base`. */
  skip(peer: PeerId, instance: string, channel: string, base: number): void {
    const lane = this.#find(peer, instance, channel);
    if (lane !== undefined) this.#advance(lane, base);
  }

  /** A peer's older instances are gone for good. */
  retire(peer: PeerId, isAlive: (instance: string) => boolean): void {
    for (const [key, lane] of this.#lanes) {
      if (lane.peer !== peer || isAlive(lane.instance)) continue;
      this.#lanes.delete(key);
      this.#last = undefined;
      for (const letter of this.#empty(lane)) letter.release();
    }
  }

  /** The node stops: what waits will be sent again. */
  clear(): void {
    for (const lane of this.#lanes.values()) for (const letter of this.#empty(lane)) letter.release();
    this.#lanes.clear();
    this.#last = undefined;
  }

  #find(peer: PeerId, instance: string, channel: string): InLane | undefined {
    const last = this.#last;
    if (last?.peer === peer && last.instance === instance && last.channel === channel) return last;
    return this.#lanes.get(keyOf(peer, instance, channel));
  }

  #lane(peer: PeerId, instance: string, channel: string, base: number): InLane {
    const last = this.#last;
    if (last?.peer === peer && last.instance === instance && last.channel === channel) return last;
    const key = keyOf(peer, instance, channel);
    const expected = Math.max(1, base);
    const lane = this.#lanes.get(key) ?? { peer, instance, channel, expected, held: new Map<number, OrderedLetter>() };
    this.#lanes.delete(key);
    this.#lanes.set(key, lane);
    this.#last = lane;
    const [oldest] = this.#lanes;
    if (this.#lanes.size > maxLanes && oldest !== undefined) {
      this.#lanes.delete(oldest[0]);
      for (const letter of this.#empty(oldest[1])) letter.drop();
    }
    return lane;
  }

  #advance(lane: InLane, base: number): void {
    if (base <= lane.expected) return;
    for (const order of lane.held.keys()) if (order < base) this.#letGo(lane, order)?.drop();
    lane.expected = base;
    this.#drain(lane);
  }

  #drain(lane: InLane): void {
    for (let next = this.#letGo(lane, lane.expected); next !== undefined; next = this.#letGo(lane, lane.expected)) {
      const order = lane.expected;
      lane.expected++;
      if (next.run()) continue;
      lane.expected = order;
      return;
    }
  }

  #letGo(lane: InLane, order: number): OrderedLetter | undefined {
    const letter = lane.held.get(order);
    if (letter === undefined) return undefined;
    lane.held.delete(order);
    this.#count(lane.peer, -letter.bytes);
    return letter;
  }

  #empty(lane: InLane): OrderedLetter[] {
    return [...lane.held.keys()].flatMap((order) => this.#letGo(lane, order) ?? []);
  }

  #count(peer: PeerId, bytes: number): void {
    this.#bytes += bytes;
    const own = (this.#bytesOf.get(peer) ?? 0) + bytes;
    if (own > 0) this.#bytesOf.set(peer, own);
    else this.#bytesOf.delete(peer);
  }
}

function keyOf(peer: PeerId, instance: string, channel: string): string {
  return `${peer} ${instance} ${channel}`;
}
