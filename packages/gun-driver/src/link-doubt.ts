import type { Clock } from "./clock.ts";

export interface LinkDoubtParts {
  readonly clock: Clock;
  /** Asks the relay for a sign of life. */
  ask(): void;
  /** Dials a second socket; the link moves to it when it opens. One that is under way is given up. */
  dialBeside(): void;
  giveUpBeside(): void;
}

/** So long after something was said the relay is asked, if nothing came from it, in milliseconds. */
const quietMs = 300;
/** How long it may take to answer before a second socket is dialled, and how long at most where that was for nothing. Milliseconds. */
const leastPatienceMs = 700;
const mostPatienceMs = 8_000;
/** How long a second socket may take to open, the first time and at most, in milliseconds. */
const firstDialMs = 1_500;
const mostDialMs = 5_000;
/** After a while without any of it patience is short again, in milliseconds. */
const calmMs = 10_000;
/** A link that is in doubt so soon after another took its place has a slow relay rather than a dead path. */
const hastyMs = 5_000;
/** A timer so late means that this process stood still. It cannot blame the relay. */
const lateMs = 250;

/**
 * Watches a link for the death that nobody tells: a mapping that a NAT has lost, an address that is no more. TCP itself finds out after
 * a quarter of an hour. Something was said and nothing comes back, not even a sign of life: then another socket is tried beside it, and
 * the first that speaks is kept. Where that was for nothing, for the relay was merely slow, it is given twice as long the next time.
 */
export class LinkDoubt {
  readonly #parts: LinkDoubtParts;
  #timer: Disposable | undefined;
  #wasHeard = false;
  #isBeside = false;
  #patienceMs = leastPatienceMs;
  #dialledAt = Number.NEGATIVE_INFINITY;
  #movedAt = Number.NEGATIVE_INFINITY;

  constructor(parts: LinkDoubtParts) {
    this.#parts = parts;
  }

  /** Something was said to the relay. */
  said(): void {
    if (this.#timer !== undefined) return;
    this.#wasHeard = false;
    this.#wait(quietMs, () => {
      if (this.#parts.clock.now() - this.#dialledAt > calmMs) this.#patienceMs = leastPatienceMs;
      this.#wait(this.#patienceMs, () => this.#dial(firstDialMs));
      this.#parts.ask();
    });
  }

  /** This process slept, or its network is another, and the relay was asked: more likely than not the path is dead, so nobody waits long. */
  woke(): void {
    if (this.#isBeside) return;
    this.#timer?.[Symbol.dispose]();
    this.#wasHeard = false;
    this.#wait(quietMs, () => this.#dial(firstDialMs));
  }

  /** Whatever came from it. */
  heard(): void {
    this.#wasHeard = true;
    if (!this.#isBeside) return;
    this.#wasForNothing();
    this.end();
    this.#parts.giveUpBeside();
  }

  /** The second socket is the link now. */
  moved(): void {
    const now = this.#parts.clock.now();
    if (now - this.#movedAt < hastyMs) this.#wasForNothing();
    this.#movedAt = now;
    this.end();
  }

  /** The link is down. */
  end(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.#isBeside = false;
  }

  #wasForNothing(): void {
    this.#patienceMs = Math.min(this.#patienceMs * 2, mostPatienceMs);
  }

  #dial(dialMs: number): void {
    this.#isBeside = true;
    this.#dialledAt = this.#parts.clock.now();
    this.#parts.dialBeside();
    this.#wait(dialMs, () => this.#dial(Math.min(dialMs * 2, mostDialMs)));
  }

  /** Then goes on, unless the relay was heard meanwhile. */
  #wait(delayMs: number, goOn: () => void): void {
    const { clock } = this.#parts;
    const dueAt = clock.now() + delayMs;
    this.#timer = clock.timer(delayMs, () => {
      this.#timer = undefined;
      if (this.#wasHeard) return;
      if (clock.now() - dueAt > lateMs) this.#wait(delayMs, goOn);
      else goOn();
    });
  }
}
