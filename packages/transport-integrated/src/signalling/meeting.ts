import type { Way } from "@swarm-space/gun-driver/road";
import type { Signal } from "@swarm-space/webrtc-driver";
import { encodeTalk } from "./knock.ts";
import type { Refusal } from "./refusals.ts";
import type { SealedTalk } from "./sealed-talk.ts";

export interface MeetingParts {
  readonly id: string;
  /** Puts a letter. Returns what deletes it at the relay; undefined: the relay is away. */
  put(way: Way, id: string, body: Uint8Array): (() => void) | undefined;
  onSignal(signal: Signal): void;
  /** The other side broke the rules: what it sealed is its own. */
  onFault(error: unknown): void;
}

/** How the two sides talk, once both keys are known. */
export interface TalkWay {
  readonly talk: SealedTalk;
  readonly way: Way;
  /** Makes the first letter, where that is no plain one. */
  first?(sealed: Uint8Array): Uint8Array;
}

/** One meeting as one side has it: what it says is sealed, and deleted at the relay when the meeting is over. */
export class Meeting {
  readonly id: string;
  readonly #parts: MeetingParts;
  readonly #undo: (() => void)[] = [];
  #waiting: Signal[] = [];
  #with: TalkWay | undefined;
  #first: ((sealed: Uint8Array) => Uint8Array) | undefined;
  #isFlushing = false;
  #isOver = false;

  constructor(parts: MeetingParts) {
    this.#parts = parts;
    this.id = parts.id;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whether both keys are known. */
  get isTalking(): boolean {
    return this.#with !== undefined;
  }

  /** A letter that opens the meeting. @returns false: the relay is away */
  knock(way: Way, body: Uint8Array): boolean {
    return this.#put(way, body);
  }

  talk(talkWay: TalkWay): void {
    if (this.#isOver) return talkWay.talk.wipe();
    this.#with = talkWay;
    this.#first = talkWay.first;
    this.#flushSoon();
  }

  /** What is said in one turn travels in one letter. */
  say(signal: Signal): void {
    if (this.#isOver) return;
    this.#waiting.push(signal);
    this.#flushSoon();
  }

  /** Whatever it is, nothing throws. @returns why it is not taken */
  hear(counter: number, sealed: Uint8Array): Refusal | undefined {
    if (this.#with === undefined) return "SIGNAL_STRAY";
    try {
      const opened = this.#with.talk.open(counter, sealed);
      if (typeof opened === "string") return opened;
      for (const signal of opened) if (!this.#isOver) this.#parts.onSignal(signal);
    } catch (error) {
      this.#parts.onFault(error);
    }
    return undefined;
  }

  /** Deletes what was said; more may follow. */
  rest(): void {
    for (const undo of this.#undo.splice(0)) undo();
  }

  /** Deletes what was said. Twice is harmless. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.rest();
    this.#waiting = [];
    this.#with?.talk.wipe();
  }

  #flushSoon(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    queueMicrotask(() => {
      this.#isFlushing = false;
      this.#flush();
    });
  }

  #flush(): void {
    const { talk, way } = this.#with ?? {};
    if (!talk || !way || this.#isOver || this.#waiting.length === 0) return;
    const { counter, sealed } = talk.seal(this.#waiting.splice(0));
    const body = this.#first?.(sealed) ?? encodeTalk(counter, sealed);
    this.#first = undefined;
    this.#put(way, body);
  }

  #put(way: Way, body: Uint8Array): boolean {
    const undo = this.#parts.put(way, this.id, body);
    if (undo) this.#undo.push(undo);
    return undo !== undefined;
  }
}
