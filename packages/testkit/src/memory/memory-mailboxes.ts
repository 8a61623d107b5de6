import { type Clock, type DepositOptions, isPeerId, type Mailbox, type PeerId, SwarmError } from "@swarm-space/core";

export interface MemoryMailboxesOptions {
  readonly clock: Clock;
  /** A letter that was refused is given again after so many milliseconds. Default 200. */
  readonly againMs?: number;
  /** Longest letter, in bytes. Default 65,536. */
  readonly maxLetterBytes?: number;
  /** Letters for one peer at a time; beyond, MAILBOX_REFUSED. Default 1,024. */
  readonly maxLetters?: number;
}

interface Letter {
  readonly bytes: Uint8Array;
  readonly name: string | undefined;
  /** Wall milliseconds. */
  readonly expiresAt: number;
}

const isName = /^[A-Za-z0-9_-]{8,64}$/;

/** A keeper of letters inside one process, and the mailboxes of all who leave or collect there. */
export class MemoryMailboxes {
  /** While true, nothing can be left: TRANSPORT_UNAVAILABLE. */
  isAway = false;
  readonly maxLetterBytes: number;
  readonly #clock: Clock;
  readonly #againMs: number;
  readonly #maxLetters: number;
  readonly #letters = new Map<PeerId, Set<Letter>>();
  readonly #watchers = new Set<(of: PeerId) => void>();

  constructor({ clock, againMs = 200, maxLetterBytes = 65_536, maxLetters = 1_024 }: MemoryMailboxesOptions) {
    this.#clock = clock;
    this.#againMs = againMs;
    this.maxLetterBytes = maxLetterBytes;
    this.#maxLetters = maxLetters;
  }

  /** Letters that lie here, for whomever. */
  get size(): number {
    return [...this.#letters.keys()].reduce((sum, peer) => sum + this.#lyingFor(peer).length, 0);
  }

  /** The mailbox of one node. @param id of the transport that it stands for; default "memory" */
  of(owner: PeerId, id = "memory"): Mailbox {
    return {
      id,
      deposit: async (to, letter, ttlMs, o) => this.#deposit(to, letter, ttlMs, o),
      collect: (onLetter, { signal }) => this.#collect(owner, onLetter, signal),
    };
  }

  #deposit(to: PeerId, letter: Uint8Array, ttlMs: number, { signal, name }: DepositOptions): void {
    signal.throwIfAborted();
    if (!isPeerId(to)) throw wrong("to", "a peer id");
    if (!(letter instanceof Uint8Array) || letter.length === 0) throw wrong("letter", "a letter");
    if (!(Number.isFinite(ttlMs) && ttlMs > 0)) throw wrong("ttlMs", "a time in milliseconds");
    if (name !== undefined && !isName.test(name)) throw wrong("name", "8 to 64 of A-Z a-z 0-9 _ -");
    if (letter.length > this.maxLetterBytes)
      throw new SwarmError("LETTER_TOO_LARGE", `letter: ${letter.length} bytes, of ${this.maxLetterBytes} at most`);
    if (this.isAway) throw new SwarmError("TRANSPORT_UNAVAILABLE", "the keeper of letters is away");
    const lying = this.#lyingFor(to).filter((each) => name === undefined || each.name !== name);
    if (lying.length >= this.#maxLetters)
      throw new SwarmError("MAILBOX_REFUSED", `${lying.length} letters lie there already`, {
        cure: "Let the receiver collect, or allow more by `maxLetters`.",
      });
    const expiresAt = this.#clock.wall() + ttlMs;
    this.#letters.set(to, new Set([...lying, { bytes: letter.slice(), name, expiresAt }]));
    for (const watcher of [...this.#watchers]) watcher(to);
  }

  async #collect(
    owner: PeerId,
    onLetter: (letter: Uint8Array) => void | Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    if (signal.aborted) return;
    /** With their reader, or refused a moment ago. */
    const given = new Set<Letter>();
    const again = new Set<Disposable>();
    const give = async (letter: Letter) => {
      given.add(letter);
      try {
        await onLetter(letter.bytes.slice());
        this.#letters.get(owner)?.delete(letter);
        given.delete(letter);
      } catch {
        if (signal.aborted) return;
        const timer = this.#clock.timer(this.#againMs, () => {
          again.delete(timer);
          given.delete(letter);
          look();
        });
        again.add(timer);
      }
    };
    const look = () => {
      for (const letter of this.#lyingFor(owner)) if (!given.has(letter) && !signal.aborted) void give(letter);
    };
    const watcher = (of: PeerId) => {
      if (of === owner) look();
    };
    this.#watchers.add(watcher);
    look();
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener("abort", () => resolve(), { once: true });
    });
    this.#watchers.delete(watcher);
    for (const timer of again) timer[Symbol.dispose]();
  }

  /** What is past its time goes. */
  #lyingFor(peer: PeerId): readonly Letter[] {
    const letters = this.#letters.get(peer);
    if (letters === undefined) return [];
    for (const letter of letters) if (letter.expiresAt < this.#clock.wall()) letters.delete(letter);
    if (letters.size === 0) this.#letters.delete(peer);
    return [...letters];
  }
}

function wrong(path: string, expected: string): SwarmError {
  return new SwarmError("OPTION_INVALID", `${path} is not ${expected}`, { detail: { path, expected } });
}
