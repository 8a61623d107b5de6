import type { Clock, Random } from "@swarm-space/core";
import type { GunClient, GunItem } from "../client.ts";
import type { SeenSet } from "../seen-set.ts";
import { decodeLetterValue } from "./letter-value.ts";
import type { Mail } from "./mail.ts";

export interface CollectionParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly client: GunClient;
  readonly mail: Mail;
  /** Letters that were taken, by name. Outlives a collection: what was taken is ended at the relay a moment later. */
  readonly done: SeenSet;
}

/** How many letters that were taken are remembered. */
export const rememberedDone = 8_192;

export type TakeLetter = (letter: Uint8Array) => void | Promise<void>;

/** A letter that its receiver has not yet taken. */
interface Held {
  readonly name: string;
  readonly key: string;
  readonly state: number;
  readonly letter: Uint8Array;
  /** Wall milliseconds. */
  readonly expiresAt: number;
  /** Where it lies. */
  readonly relays: Set<string>;
  failures: number;
  again: Disposable | undefined;
}

const maxHeld = 1_024;
const maxHeldBytes = 8 * 1_048_576;
/** Letters that are with their receiver at a time. */
const maxGiven = 64;
const backoffBaseMs = 500;
const backoffCapMs = 60_000;
/** How long what had no room waits, where none of what is held comes to its end. */
const askAgainMs = 600_000;

/**
 * What lies in this node's mailbox, on all relays: each letter is given once, ended on every relay that shows it once it was
 * taken, and given again later when it was not, ever less often. Beyond its bounds letters stay with the relay, and are asked for
 * again; what was refused most often makes room first, so that nobody closes a mailbox with letters that its owner cannot take.
 */
export class Collection {
  readonly #parts: CollectionParts;
  readonly #soul: string;
  readonly #take: TakeLetter;
  readonly #held = new Map<string, Held>();
  readonly #waiting = new Set<Held>();
  #bytes = 0;
  #given = 0;
  #missed = false;
  #ended = false;
  #askAgain: Disposable | undefined;
  #undo: () => void = () => undefined;

  constructor(parts: CollectionParts, soul: string, take: TakeLetter) {
    this.#parts = parts;
    this.#soul = soul;
    this.#take = take;
  }

  open(): void {
    this.#undo = this.#parts.client.subscribe(this.#soul, (item) => this.#hear(item), undefined, true);
  }

  end(): void {
    this.#ended = true;
    this.#undo();
    this.#askAgain?.[Symbol.dispose]();
    for (const held of this.#held.values()) held.again?.[Symbol.dispose]();
    this.#held.clear();
    this.#waiting.clear();
  }

  #hear({ key, value, state, relay }: GunItem): void {
    if (value === null || this.#ended) return;
    const name = `${state} ${key}`;
    const known = this.#held.get(name);
    if (known) return void known.relays.add(relay);
    const content = this.#parts.done.has(name) ? undefined : decodeLetterValue(value);
    // Taken before, past its time, or no letter: it need not lie there.
    if (!content || content.expiresAt < this.#parts.clock.wall()) return this.#discard(relay, key, state);
    const { letter, expiresAt } = content;
    if (!this.#hasRoom(letter) && !(this.#letGo() && this.#hasRoom(letter))) return this.#miss();
    const held: Held = { name, key, state, letter, expiresAt, relays: new Set([relay]), failures: 0, again: undefined };
    this.#held.set(name, held);
    this.#bytes += letter.length;
    this.#waiting.add(held);
    this.#pump();
  }

  #hasRoom(letter: Uint8Array): boolean {
    return this.#held.size < maxHeld && this.#bytes + letter.length <= maxHeldBytes;
  }

  /** Half of those that were refused and wait go, the most refused first; the relay has them still. */
  #letGo(): boolean {
    const refused = [...this.#held.values()].filter(({ again }) => again !== undefined);
    refused.sort((one, other) => other.failures - one.failures);
    for (const held of refused.slice(0, Math.ceil(refused.length / 2))) this.#drop(held);
    // Not as soon as there is room: they would fill it again.
    if (refused.length > 0) this.#askLater();
    return refused.length > 0;
  }

  #miss(): void {
    this.#missed = true;
    this.#askLater();
  }

  #askLater(): void {
    this.#askAgain ??= this.#parts.clock.timer(askAgainMs, () => this.#hearAgain());
  }

  #hearAgain(): void {
    this.#askAgain?.[Symbol.dispose]();
    this.#askAgain = undefined;
    this.#missed = false;
    this.#undo();
    this.open();
  }

  #drop(held: Held): void {
    held.again?.[Symbol.dispose]();
    this.#held.delete(held.name);
    this.#bytes -= held.letter.length;
  }

  #pump(): void {
    for (const held of this.#waiting) {
      if (this.#given >= maxGiven) return;
      this.#waiting.delete(held);
      this.#given += 1;
      void this.#give(held);
    }
  }

  async #give(held: Held): Promise<void> {
    let taken = true;
    try {
      await this.#take(held.letter);
    } catch {
      taken = false;
    }
    this.#given -= 1;
    if (this.#ended) return;
    if (taken) this.#settle(held);
    else this.#keep(held);
    this.#pump();
  }

  #settle(held: Held): void {
    this.#parts.done.add(held.name);
    this.#drop(held);
    for (const relay of held.relays) this.#discard(relay, held.key, held.state);
    if (!this.#missed || this.#held.size > maxHeld / 2 || this.#bytes > maxHeldBytes / 2) return;
    // There is room again for what had none.
    this.#hearAgain();
  }

  #keep(held: Held): void {
    held.failures += 1;
    const { clock, random } = this.#parts;
    const most = Math.min(backoffCapMs, backoffBaseMs * 2 ** Math.min(held.failures, 16));
    held.again = clock.timer(most * (0.5 + random.float() / 2), () => {
      held.again = undefined;
      // Its time is over: nobody will take it.
      if (held.expiresAt < clock.wall()) return this.#settle(held);
      this.#waiting.add(held);
      this.#pump();
    });
  }

  #discard(relay: string, key: string, state: number): void {
    this.#parts.mail.discard(relay, this.#soul, [key], state);
  }
}
