import type { PeerId } from "../ports/identity.ts";
import { orderWindow } from "./order-lane.ts";

/** A letter that may wait for those before it. */
export interface OrderedLetter {
  /** Its turn has come. */
  readonly run: () => void;
  /** Its sender no longer waits for it, or it fell out: it will never run. */
  readonly drop: () => void;
  /** Its sender was restarted and brings it again: forget that it was here. */
  readonly release: () => void;
}

interface InLane {
  readonly peer: PeerId;
  readonly instance: string;
  expected: number;
  readonly held: Map<number, OrderedLetter>;
}

export type Admitted = "ran" | "held" | "late" | "full";

/** Most ordered channels of all senders together; the longest unused goes first. */
const maxLanes = 4_096;

/** The receiver's side of order: lets a letter run when all before it have, or its sender says not to wait. */
export class OrderDesk {
  readonly #lanes = new Map<string, InLane>();

  /**
   * @param instance the sender's instance: another one begins anew
   * @param base nothing below is to be waited for
   */
  admit(peer: PeerId, instance: string, channel: string, order: number, base: number, letter: OrderedLetter): Admitted {
    const lane = this.#lane(peer, instance, channel, base);
    this.#advance(lane, base);
    if (order < lane.expected) return "late";
    if (order === lane.expected) {
      lane.expected++;
      letter.run();
      this.#drain(lane);
      return "ran";
    }
    if (lane.held.size >= orderWindow || order >= lane.expected + 2 * orderWindow) return "full";
    lane.held.set(order, letter);
    return "held";
  }

  /** The sender gave up what is below `base`. */
  skip(peer: PeerId, instance: string, channel: string, base: number): void {
    const lane = this.#lanes.get(keyOf(peer, instance, channel));
    if (lane !== undefined) this.#advance(lane, base);
  }

  /** A peer's older instances are gone for good. */
  retire(peer: PeerId, isAlive: (instance: string) => boolean): void {
    for (const [key, lane] of this.#lanes) {
      if (lane.peer !== peer || isAlive(lane.instance)) continue;
      this.#lanes.delete(key);
      for (const letter of lane.held.values()) letter.release();
    }
  }

  /** The node stops: what waits will be sent again. */
  clear(): void {
    for (const { held } of this.#lanes.values()) for (const letter of held.values()) letter.release();
    this.#lanes.clear();
  }

  #lane(peer: PeerId, instance: string, channel: string, base: number): InLane {
    const key = keyOf(peer, instance, channel);
    const lane = this.#lanes.get(key) ?? { peer, instance, expected: Math.max(1, base), held: new Map() };
    this.#lanes.delete(key);
    this.#lanes.set(key, lane);
    const [oldest] = this.#lanes;
    if (this.#lanes.size > maxLanes && oldest !== undefined) {
      this.#lanes.delete(oldest[0]);
      for (const letter of oldest[1].held.values()) letter.drop();
    }
    return lane;
  }

  #advance(lane: InLane, base: number): void {
    if (base <= lane.expected) return;
    for (const [order, letter] of lane.held) {
      if (order >= base) continue;
      lane.held.delete(order);
      letter.drop();
    }
    lane.expected = base;
    this.#drain(lane);
  }

  #drain(lane: InLane): void {
    for (let next = lane.held.get(lane.expected); next !== undefined; next = lane.held.get(lane.expected)) {
      lane.held.delete(lane.expected);
      lane.expected++;
      next.run();
    }
  }
}

function keyOf(peer: PeerId, instance: string, channel: string): string {
  return `${peer} ${instance} ${channel}`;
}
