import { type Candidate, withoutPrefix } from "../description.ts";

/** A host has a candidate for each of its addresses, and a few from its servers. */
const maxCandidates = 64;

/** The candidates of one peer connection on their way out: held until the other side can use them, each given once. */
export class CandidateOutlet {
  readonly #give: (candidate: Candidate | null) => void;
  readonly #found = new Map<string, Candidate>();
  #given = 0;
  #isOpen = false;
  #isComplete = false;
  #isEnded = false;

  /** @param give emits one; null when there are no more (W3C webrtc-pc §4.8.1) */
  constructor(give: (candidate: Candidate | null) => void) {
    this.#give = give;
  }

  add(line: string, sdpMid: string): void {
    const candidate = withoutPrefix(line);
    if (this.#isComplete || this.#found.has(candidate) || this.#found.size >= maxCandidates) return;
    this.#found.set(candidate, { candidate, sdpMid, sdpMLineIndex: 0 });
    this.#flush();
  }

  /** Gathering is over. */
  complete(): void {
    this.#isComplete = true;
    this.#flush();
  }

  open(): void {
    this.#isOpen = true;
    this.#flush();
  }

  /** Nothing is given any more. */
  end(): void {
    this.#isEnded = true;
    this.#found.clear();
  }

  #flush(): void {
    if (!this.#isOpen) return;
    for (const candidate of [...this.#found.values()].slice(this.#given)) {
      this.#given += 1;
      if (!this.#isEnded) this.#give(candidate);
    }
    if (!this.#isComplete || this.#isEnded) return;
    this.#isEnded = true;
    this.#give(null);
  }
}
