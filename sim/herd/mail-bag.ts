import { SwarmError } from "@swarm-space/core";

type Fate = "confirmed" | "relayed" | "expired" | "refused" | "failed";

interface Letter {
  readonly from: number;
  fate?: Fate;
  handled: number;
}

export interface MailCount {
  readonly written: number;
  /** Handled by the receiver. */
  readonly delivered: number;
  /** Ended with their time, or refused because the outbox was full. */
  readonly expired: number;
  readonly refused: number;
  /** Neither handled nor told of with one of these two reasons. */
  readonly lost: number;
  readonly doubled: number;
  /** Most that one node had waiting for its neighbour. */
  readonly mostWaiting: number;
}

/** What became of every letter. */
export class MailBag {
  readonly #letters: Letter[] = [];
  readonly #waiting = new Map<number, number>();
  #mostWaiting = 0;

  /** @param post posts it, and resolves with what the sender is told */
  write(from: number, post: (id: number) => Promise<{ readonly status: "confirmed" | "relayed" }>): void {
    const letter: Letter = { from, handled: 0 };
    const id = this.#letters.push(letter) - 1;
    this.#wait(from, 1);
    const end = (fate: Fate) => {
      letter.fate = fate;
      this.#wait(from, -1);
      this.#mostWaiting = Math.max(this.#mostWaiting, (this.#waiting.get(from) ?? 0) + (fate === "refused" ? 0 : 1));
    };
    post(id).then(
      ({ status }) => end(status),
      (error: unknown) => end(fateOf(error)),
    );
  }

  handled(id: number): void {
    const letter = this.#letters[id];
    if (letter !== undefined) letter.handled += 1;
  }

  /** Every letter was handled, or its sender knows why not. */
  get isSettled(): boolean {
    return this.#letters.every(({ fate, handled }) => fate !== undefined && (fate !== "relayed" || handled > 0));
  }

  count(): MailCount {
    const of = (holds: (letter: Letter) => boolean) => this.#letters.filter(holds).length;
    return {
      written: this.#letters.length,
      delivered: of(({ handled }) => handled > 0),
      expired: of(({ fate }) => fate === "expired"),
      refused: of(({ fate }) => fate === "refused"),
      lost: of(({ fate, handled }) => handled === 0 && fate !== "expired" && fate !== "refused"),
      doubled: of(({ handled }) => handled > 1),
      mostWaiting: this.#mostWaiting,
    };
  }

  #wait(from: number, more: number): void {
    this.#waiting.set(from, (this.#waiting.get(from) ?? 0) + more);
  }
}

function fateOf(error: unknown): Fate {
  if (SwarmError.is(error, "LETTER_EXPIRED")) return "expired";
  return SwarmError.is(error, "OUTBOX_FULL") ? "refused" : "failed";
}
