import type { PeerId } from "@swarm-space/core";
import type { BlockId } from "../model/hex.ts";
import { syncLimits } from "./sync-limits.ts";

/** A body that is wanted. */
export interface Wanted {
  readonly id: BlockId;
  readonly height: number;
}

/** Somebody to ask. */
export interface Supplier<Item extends Wanted = Wanted> {
  readonly peer: PeerId;
  /** Whether its chain holds this block, by headers that were checked here: never by a height that it claims. */
  has(wanted: Item): boolean;
}

export interface BodyOrder {
  readonly peer: PeerId;
  readonly ids: readonly BlockId[];
}

interface Flight {
  readonly peer: PeerId;
  /** When it was asked for. Undefined: it came and is being checked, so nobody owes it. */
  readonly since: number | undefined;
}

interface Rest {
  readonly until: number;
  /** It gave what it owed, though late: where nobody else has what is wanted, it is asked on. */
  readonly hasServed: boolean;
}

/**
 * Which bodies are asked of whom. Lowest first, in a window above the tip, so many at a time of each peer. The body that all others
 * wait for is asked of another when it keeps them waiting; each time the patience doubles. Pure: time is handed in.
 */
export class BodyPlan {
  readonly #flights = new Map<BlockId, Flight>();
  readonly #resting = new Map<PeerId, Rest>();
  #stallMs: number = syncLimits.stallMs;

  get inFlight(): number {
    return this.#flights.size;
  }

  /** What to ask now. It counts as asked from then on. */
  next<Item extends Wanted>(
    wanted: readonly Item[],
    suppliers: readonly Supplier<Item>[],
    now: number,
  ): readonly BodyOrder[] {
    const orders = new Map<PeerId, BlockId[]>();
    const loads = new Map<PeerId, number>();
    const first = suppliers.filter(({ peer }) => this.#restOf(peer, now) === undefined);
    const late = suppliers.filter(({ peer }) => this.#restOf(peer, now)?.hasServed === true);
    for (const { peer } of this.#flights.values()) loads.set(peer, (loads.get(peer) ?? 0) + 1);
    for (const each of wanted) {
      if (this.#flights.size >= syncLimits.bodiesInFlightOfAll) break;
      if (this.#flights.has(each.id)) continue;
      const load = (peer: PeerId) => loads.get(peer) ?? 0;
      const isFree = ({ peer }: Supplier<Item>) => load(peer) < syncLimits.bodiesInFlight;
      const able = first.filter((one) => isFree(one) && one.has(each));
      if (able.length === 0 && late.length > 0 && !first.some((one) => one.has(each)))
        able.push(...late.filter((one) => isFree(one) && one.has(each)));
      const [best] = able.sort((one, other) => load(one.peer) - load(other.peer));
      if (best === undefined) continue;
      this.#flights.set(each.id, { peer: best.peer, since: now });
      loads.set(best.peer, load(best.peer) + 1);
      const ids = orders.get(best.peer) ?? [];
      orders.set(best.peer, ids);
      ids.push(each.id);
    }
    return [...orders].map(([peer, ids]) => ({ peer, ids }));
  }

  /** The peer that keeps everybody waiting, where the lowest wanted body is overdue. It rests, and what it owed is free for others. */
  stalled(lowest: BlockId | undefined, now: number): PeerId | undefined {
    const flight = lowest === undefined ? undefined : this.#flights.get(lowest);
    if (flight?.since === undefined || now - flight.since < this.#stallMs) return undefined;
    this.#stallMs = Math.min(syncLimits.mostStallMs, this.#stallMs * 2);
    this.drop(flight.peer);
    this.rest(flight.peer, now);
    return flight.peer;
  }

  /** When `stalled` and `next` are to be asked again: the lowest is overdue then, or somebody has rested who may have it. */
  wakeAt(lowest: BlockId | undefined, now: number): number | undefined {
    if (lowest === undefined) return undefined;
    const flight = this.#flights.get(lowest);
    if (flight !== undefined) return flight.since === undefined ? undefined : flight.since + this.#stallMs;
    const ends = [...this.#resting.values()].map(({ until }) => until).filter((until) => until > now);
    return ends.length === 0 ? undefined : Math.min(...ends);
  }

  /**
   * This one came, from whomever it was asked of last or before. Until it is settled it counts as under way, and keeps nobody waiting.
   * False where it is here already, and being checked: this one is its double.
   */
  land(peer: PeerId, id: BlockId): boolean {
    const flight = this.#flights.get(id);
    if (flight !== undefined && flight.since === undefined) return false;
    this.#flights.set(id, { peer, since: undefined });
    return true;
  }

  /** An answer of this peer, or its failure, ended these. Gives those that were still expected of it. */
  settle(peer: PeerId, ids: readonly BlockId[]): readonly BlockId[] {
    const mine = ids.filter((id) => this.#flights.get(id)?.peer === peer);
    for (const id of mine) this.#flights.delete(id);
    return mine;
  }

  /** Bodies came of this peer: patience goes back, slowly. */
  prosper(peer: PeerId): void {
    this.#stallMs = Math.max(syncLimits.stallMs, this.#stallMs * 0.85);
    const rest = this.#resting.get(peer);
    if (rest !== undefined) this.#resting.set(peer, { ...rest, hasServed: true });
  }

  /** It did not serve what it was asked for: others first, for a while. */
  rest(peer: PeerId, now: number): void {
    this.#resting.set(peer, { until: now + syncLimits.bodiesTimeoutMs, hasServed: false });
  }

  /** The peer is gone. What it gave stays until it is settled. */
  drop(peer: PeerId): void {
    for (const [id, flight] of this.#flights)
      if (flight.peer === peer && flight.since !== undefined) this.#flights.delete(id);
    this.#resting.delete(peer);
  }

  clear(): void {
    this.#flights.clear();
    this.#resting.clear();
  }

  #restOf(peer: PeerId, now: number): Rest | undefined {
    const rest = this.#resting.get(peer);
    if (rest === undefined || rest.until > now) return rest;
    this.#resting.delete(peer);
    return undefined;
  }
}
