import type { Clock } from "../clock.ts";
import type { GraphItem } from "../frame.ts";
import { isGraphName } from "../names.ts";
import { accountsOf, type Depositor, type MailAccount, MailAccounts, type MailRefusal } from "./mail-accounts.ts";
import type { MailRules } from "./mail-rules.ts";
import { getOrMake } from "./map-of.ts";
import type { RelayKeep } from "./relay-keep.ts";

export interface MailShelfOptions {
  readonly rules: MailRules;
  readonly clock: Clock;
  readonly keep: RelayKeep | undefined;
  /** Takes a letter out of the graph. */
  readonly forget: (soul: string, key: string) => void;
  readonly onError: () => void;
}

interface Letter {
  readonly soul: string;
  readonly key: string;
  readonly bytes: number;
  readonly expiresAt: number;
  readonly from: Depositor;
  readonly accounts: readonly MailAccount[];
  /** Settles with the reason why the medium does not have it. */
  written: Promise<string | undefined>;
}

const letterOverhead = 96;
const sweepMs = 30_000;

/** The letters of a relay: who left them, how long they stay, and whether the medium has them. Their text is in the graph. */
export class MailShelf {
  readonly #options: MailShelfOptions;
  readonly #souls = new Map<string, Map<string, Letter>>();
  readonly #accounts = new MailAccounts();
  readonly #writes = new Set<Promise<unknown>>();
  #sweeper: Disposable | undefined;
  #refused = 0;

  constructor(options: MailShelfOptions) {
    this.#options = options;
  }

  get counts(): { readonly letters: number; readonly letterBytes: number; readonly refusedLetters: number } {
    const { letters, bytes } = this.#accounts.held("all");
    return { letters, letterBytes: bytes, refusedLetters: this.#refused };
  }

  isMailbox(soul: string): boolean {
    return this.#options.rules.isMailbox(soul);
  }

  has(soul: string, key?: string): boolean {
    return key === undefined ? this.#souls.has(soul) : this.#souls.get(soul)?.has(key) === true;
  }

  /** Gives what was kept, and counts it; what is past its time or its bounds is let go. */
  async *load(): AsyncGenerator<GraphItem> {
    const { keep, clock } = this.#options;
    if (!keep) return;
    for await (const { soul, key, value, state, range, expiresAt } of keep.load()) {
      const item = { soul, key, value, state };
      const known = isGraphName(soul, 256) && isGraphName(key, 256) && this.isMailbox(soul);
      if (known && expiresAt > clock.wall() && this.#judge([item], { range }) === undefined) {
        this.#add(item, value, { range }, expiresAt);
        yield item;
      } else this.#delete(soul, key);
    }
  }

  /** Why these letters may not be left; undefined: they may, or there is none among them. */
  refusal(items: readonly GraphItem[], from: Depositor): MailRefusal | undefined {
    const refusal = this.#judge(items, from);
    if (refusal !== undefined) this.#refused += 1;
    return refusal;
  }

  /** Notes a letter that is in the graph. @param from undefined: left by whoever left the one before it */
  note(item: GraphItem, value: string, from: Depositor | undefined): void {
    const { rules, clock, keep } = this.#options;
    const before = this.#souls.get(item.soul)?.get(item.key);
    const depositor = from ?? before?.from;
    if (!depositor) return;
    this.#drop(before);
    const now = clock.wall();
    const expiresAt = Math.min(now + rules.ttlMs, rules.expiryOf(value) ?? Number.POSITIVE_INFINITY);
    const letter = this.#add(item, value, depositor, expiresAt);
    if (!keep) return;
    const { soul, key, state } = item;
    letter.written = this.#track(keep.put({ soul, key, value, state, range: depositor.range, expiresAt })).then(
      () => undefined,
      (error: unknown) => {
        if (this.#souls.get(soul)?.get(key) === letter) {
          this.#drop(letter);
          this.#options.forget(soul, key);
        }
        this.#refused += 1;
        return reasonOf(error);
      },
    );
  }

  /** Its receiver has it. */
  remove(soul: string, key: string): void {
    const letter = this.#souls.get(soul)?.get(key);
    if (!letter) return;
    this.#drop(letter);
    this.#delete(soul, key);
  }

  /** Resolves once the medium has the letters, with the first reason why it has not. */
  async written(items: readonly GraphItem[]): Promise<string | undefined> {
    const reasons = await Promise.all(items.map(({ soul, key }) => this.#souls.get(soul)?.get(key)?.written));
    return reasons.find((reason) => reason !== undefined);
  }

  /** Ends the timer and waits for writes that were begun. */
  async close(): Promise<void> {
    this.#sweeper?.[Symbol.dispose]();
    this.#sweeper = undefined;
    await Promise.allSettled(this.#writes);
  }

  #judge(items: readonly GraphItem[], from: Depositor): MailRefusal | undefined {
    const { rules } = this.#options;
    const bySoul = new Map<string, GraphItem[]>();
    for (const item of items) {
      if (item.value === null || !this.isMailbox(item.soul)) continue;
      if (item.value.length > rules.maxLetterLength) return "LETTER_TOO_LARGE";
      getOrMake(bySoul, item.soul, () => []).push(item);
    }
    for (const [soul, letters] of bySoul) {
      // A letter that takes another's place needs no room of its own.
      const replaced = letters.flatMap(({ key }) => this.#souls.get(soul)?.get(key) ?? []);
      for (const { accounts, bytes } of replaced) this.#accounts.charge(accounts, bytes, -1);
      const more = { letters: letters.length, bytes: letters.reduce((sum, each) => sum + costOf(each), 0) };
      const refusal = this.#accounts.refusal(accountsOf(soul, from, rules), more);
      for (const { accounts, bytes } of replaced) this.#accounts.charge(accounts, bytes, 1);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }

  #add(item: GraphItem, value: string, from: Depositor, expiresAt: number): Letter {
    const { soul, key } = item;
    const bytes = costOf({ ...item, value });
    const accounts = accountsOf(soul, from, this.#options.rules);
    const letter: Letter = { soul, key, bytes, expiresAt, from, accounts, written: Promise.resolve(undefined) };
    getOrMake(this.#souls, soul, () => new Map<string, Letter>()).set(key, letter);
    this.#accounts.charge(accounts, bytes, 1);
    this.#sweepLater();
    return letter;
  }

  #drop(letter: Letter | undefined): void {
    if (!letter) return;
    const letters = this.#souls.get(letter.soul);
    if (letters?.get(letter.key) !== letter) return;
    letters.delete(letter.key);
    if (letters.size === 0) this.#souls.delete(letter.soul);
    this.#accounts.charge(letter.accounts, letter.bytes, -1);
  }

  #delete(soul: string, key: string): void {
    const { keep, onError } = this.#options;
    if (keep) this.#track(keep.delete(soul, key)).catch(onError);
  }

  #track<Value>(write: Promise<Value>): Promise<Value> {
    this.#writes.add(write);
    const end = () => void this.#writes.delete(write);
    write.then(end, end);
    return write;
  }

  #sweepLater(): void {
    const { clock, rules } = this.#options;
    this.#sweeper ??= clock.timer(Math.min(sweepMs, rules.ttlMs), () => this.#sweep());
  }

  #sweep(): void {
    this.#sweeper = undefined;
    const now = this.#options.clock.wall();
    for (const letters of this.#souls.values()) {
      for (const letter of letters.values()) {
        if (letter.expiresAt > now) continue;
        this.remove(letter.soul, letter.key);
        this.#options.forget(letter.soul, letter.key);
      }
    }
    if (this.#souls.size > 0) this.#sweepLater();
  }
}

function costOf({ soul, key, value }: GraphItem): number {
  return soul.length + key.length + (value?.length ?? 0) + letterOverhead;
}

/** The error's own code, as a store gives one. */
function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && /^[A-Z][A-Z_]{2,63}$/.test(code) ? code : "KEEP_FAILED";
}
