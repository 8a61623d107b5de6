import type { Instance, PeerId } from "../ports/identity.ts";
import { Assemblies } from "./assemblies.ts";
import { BulkQueue } from "./bulk-queue.ts";
import { Deque } from "./deque.ts";
import { type FailedItem, type FrameItem, itemKind } from "./frame.ts";
import { maxAssemblies, maxControlItems } from "./limits.ts";
import { instanceKey } from "./link.ts";
import type { LiveLink } from "./live-link.ts";
import type { OutLetter } from "./out-letter.ts";
import type { ReceiveWindow } from "./receive-window.ts";
import { packRanges, splitRanges } from "./seq-ranges.ts";

/** One instance of a peer, over however many connections it has now. */
export class Session {
  readonly peer: PeerId;
  readonly instance: Instance;
  readonly key: string;
  /** Names the sequence of the letters that come. */
  readonly origin: string;
  readonly window: ReceiveWindow;
  readonly links: LiveLink[] = [];
  /** Letters for this instance that fit a frame, oldest first. */
  readonly letters = new Deque<OutLetter>();
  /** Large letters, of which one piece at a time goes out in turn. */
  readonly bulk = new BulkQueue();
  /** Large letters that are half here; they outlive the links. */
  readonly assemblies: Assemblies;
  /** The link that last brought a letter: acknowledgements go back by it. */
  replyLink: LiveLink | undefined;
  /** The best usable link, until `rankedUntil`. */
  best: LiveLink | undefined;
  rankedUntil = 0;
  #accepted: number[] = [];
  #handled: number[] = [];
  #control: FrameItem[] = [];
  /** Large letters of which is to be told what is here; 1: behind all that came on its link. */
  readonly #held = new Map<number, 0 | 1>();

  constructor(
    peer: PeerId,
    instance: Instance,
    origin: string,
    window: ReceiveWindow,
    assemblies: Assemblies = new Assemblies(),
  ) {
    this.origin = origin;
    this.peer = peer;
    this.instance = instance;
    this.key = instanceKey(instance);
    this.window = window;
    this.assemblies = assemblies;
  }

  acknowledgeAccepted(seq: number): void {
    if (this.#accepted.length < maxControlItems) this.#accepted.push(seq);
  }

  acknowledgeHandled(seq: number): void {
    if (this.#handled.length < maxControlItems) this.#handled.push(seq);
  }

  acknowledgeFailed(item: FailedItem): void {
    this.control(item);
  }

  /** A peer that does not read cannot make this grow: what finds no room is dropped, and said again when it asks. */
  control(item: FrameItem): void {
    if (this.#control.length < maxControlItems) this.#control.push(item);
  }

  /** However often it is asked in a turn, what is here of a large letter is told once, as it is then. */
  tellHeld(seq: number, isAll: boolean): void {
    if (this.#held.size >= maxAssemblies && !this.#held.has(seq)) return;
    this.#held.set(seq, isAll ? 1 : (this.#held.get(seq) ?? 0));
  }

  get hasControl(): boolean {
    if (this.#held.size > 0) return true;
    return this.#accepted.length > 0 || this.#handled.length > 0 || this.#control.length > 0;
  }

  /** Acknowledgements and other control items of this turn; handled implies accepted. */
  takeControl(): FrameItem[] {
    const items = this.#control;
    this.#control = [];
    for (const [seq, all] of this.#held) {
      const half = this.assemblies.find(seq);
      if (half !== undefined) items.push([itemKind.held, seq, half.ranges(), all]);
    }
    this.#held.clear();
    if (this.#handled.length > 0) {
      for (const ranges of splitRanges(packRanges(this.#handled))) items.push([itemKind.handled, ranges]);
    }
    if (this.#accepted.length > 0) {
      const handled = new Set(this.#handled);
      const only = handled.size === 0 ? this.#accepted : this.#accepted.filter((seq) => !handled.has(seq));
      for (const ranges of splitRanges(packRanges(only))) items.push([itemKind.accepted, ranges]);
      this.#accepted = [];
    }
    this.#handled = [];
    return items;
  }
}
