import type { PeerId } from "../ports/identity.ts";
import { Deque } from "./deque.ts";
import { windowLetters } from "./limits.ts";
import type { LiveLink } from "./live-link.ts";
import { OrderLane } from "./order-lane.ts";
import { type LetterDraft, OutLetter, type Settlement } from "./out-letter.ts";
import { SeqMap } from "./seq-map.ts";

/** Ordered channels of one peer that are remembered; an idle one goes first. */
const maxLanes = 1_024;

/** All that is on its way to one peer: the sequence, the letters, the base. */
export class Correspondent {
  readonly peer: PeerId;
  /** Unsettled letters by sequence. */
  readonly letters = new SeqMap<OutLetter>();
  /** Letters that no session has yet, oldest first. */
  readonly unassigned = new Deque<OutLetter>();
  /** Sequences below may go out: a durable outbox promised that no later run uses them. */
  bound = Number.POSITIVE_INFINITY;
  /** A higher bound was asked for. */
  reserving = false;
  readonly #onSettled: (letter: OutLetter) => void;
  readonly #lanes = new Map<string, OrderLane>();
  /** Most letters go where the one before went. */
  #lastLane: { readonly instance: string; readonly channel: string; readonly lane: OrderLane } | undefined;
  /** The lane that letters of each ordered channel went into last. */
  readonly #homes = new Map<string, { readonly instance: string; readonly lane: OrderLane }>();
  #next: number;
  #base: number;
  /** Above every place of a lane that was let go. */
  #firstOrder: number;
  #bytes = 0;

  /** @param base the lowest sequence that is not settled, and `next` the first unused one: 1 unless an earlier run left more */
  constructor(peer: PeerId, onSettled: (letter: OutLetter) => void, base = 1, next = 1) {
    this.peer = peer;
    this.#onSettled = onSettled;
    this.#base = base;
    this.#next = next;
    this.#firstOrder = next;
  }

  /** Above every sequence and every place in an ordered channel that was used. */
  get unused(): number {
    let unused = Math.max(this.#next, this.#firstOrder);
    for (const lane of this.#lanes.values()) unused = Math.max(unused, lane.next);
    return unused;
  }

  get next(): number {
    return this.#next;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The lowest sequence that is not settled. */
  get base(): number {
    while (this.#base < this.#next && !this.letters.has(this.#base)) this.#base++;
    return this.#base;
  }

  /**
   * The base as the receiver is told it. Never above the bound: sequences from there on may be used by a later run, though
   * letters of this one that had them failed unsent.
   */
  get declaredBase(): number {
    return Math.max(1, Math.min(this.base, this.bound));
  }

  /** The receiver's window has room for this sequence. */
  inWindow(seq: number): boolean {
    return seq < this.base + windowLetters && seq < this.bound;
  }

  write(draft: LetterDraft, now: number, settle: (settlement: Settlement) => void): OutLetter {
    return this.#enter(new OutLetter(this.#next++, draft, now, settle));
  }

  /** A letter that an earlier run left; nobody waits for its end. */
  restore(seq: number, draft: LetterDraft, now: number): OutLetter {
    const letter = new OutLetter(seq, draft, now, () => {});
    letter.restored = true;
    return this.#enter(letter);
  }

  #enter(letter: OutLetter): OutLetter {
    this.letters.set(letter.seq, letter);
    this.#bytes += letter.draft.body.length;
    return letter;
  }

  /** The ordered channel to one instance of the peer, made at its first use. */
  lane(instance: string, channel: string): OrderLane {
    const last = this.#lastLane;
    if (last?.instance === instance && last.channel === channel) return last.lane;
    const key = `${instance} ${channel}`;
    const lane = this.#lanes.get(key) ?? new OrderLane(this.#firstOrder);
    this.#lanes.delete(key);
    this.#lanes.set(key, lane);
    for (const [old, each] of this.#lanes) {
      if (this.#lanes.size <= maxLanes) break;
      if (!each.idle || each === lane) continue;
      this.#lanes.delete(old);
      this.#firstOrder = Math.max(this.#firstOrder, each.next);
    }
    this.#lastLane = { instance, channel, lane };
    return lane;
  }

  /**
   * The instance that an ordered channel's letters go to while some there are not settled. Later ones follow them, though
   * a newer instance may have come: there they would overtake.
   */
  home(channel: string): string | undefined {
    const home = this.#homes.get(channel);
    return home === undefined || home.lane.idle ? undefined : home.instance;
  }

  settleDown(channel: string, instance: string, lane: OrderLane): void {
    if (this.#homes.get(channel)?.lane === lane) return;
    this.#homes.set(channel, { instance, lane });
    for (const [old, each] of this.#homes) {
      if (this.#homes.size <= maxLanes) break;
      if (each.lane.idle) this.#homes.delete(old);
    }
  }

  /** Whether a link has letters whole that the receiver is not known to have. */
  isAwaiting(live: LiveLink): boolean {
    for (const letter of this.letters.values())
      if (letter.live === live && letter.sentAt > 0 && !letter.accepted) return true;
    return false;
  }

  /** Ends every letter for its sender alone; a durable outbox keeps them for the next run. */
  abandon(settlement: Settlement): void {
    for (const letter of this.letters.values()) {
      letter.settled = true;
      letter.settle(settlement);
    }
    this.letters.clear();
    this.#bytes = 0;
  }

  /** Ends a letter; a second ending changes nothing. */
  settle(letter: OutLetter, settlement: Settlement): void {
    if (letter.settled) return;
    letter.settled = true;
    letter.leave();
    this.letters.delete(letter.seq);
    this.#bytes -= letter.draft.body.length;
    this.#onSettled(letter);
    letter.settle(settlement);
    letter.release();
  }
}
