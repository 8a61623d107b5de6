import { codeOf, type PeerId, SwarmError } from "@swarm-space/core";
import { type Refusal, refuse } from "../model/verdict.ts";
import { PeerScores } from "./peer-scores.ts";
import type { TellSync } from "./tell-sync.ts";

/** Most codes that are counted apart; further ones are left out. */
const mostCodes = 64;

/** Charges peers, counts why, and tells when one is banned. */
export class Court {
  readonly scores: PeerScores;
  readonly #now: () => number;
  readonly #tell: TellSync;
  readonly #rejected = new Map<string, number>();

  constructor(o: { readonly now: () => number; readonly tell: TellSync; readonly scores?: PeerScores }) {
    this.scores = o.scores ?? new PeerScores();
    this.#now = o.now;
    this.#tell = o.tell;
  }

  get rejected(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#rejected);
  }

  isBanned(peer: PeerId): boolean {
    return this.scores.isBanned(peer, this.#now());
  }

  refused(peer: PeerId, refusal: Refusal): void {
    this.#count(refusal.code);
    if (this.scores.chargeRefusal(peer, refusal, this.#now())) this.#ban(peer, refusal.code);
  }

  /** What is no verdict on a block: silence, nothing where something was announced, too many questions. */
  fault(peer: PeerId, code: "NO_ANSWER" | "NOT_FOUND" | "ORPHANS" | "FLOOD", points: number): void {
    this.#count(code);
    if (this.scores.charge(peer, points, this.#now())) this.#ban(peer, code);
  }

  /** A question ended without an answer. Our own stop, a closed connection and a busy peer are nobody's fault. */
  unanswered(peer: PeerId, error: unknown): void {
    const code = codeOf(error, "unknown");
    const isRemote = SwarmError.is(error) && error.detail?.["remote"] === true;
    if (code === "MESSAGE_INVALID" && isRemote) this.refused(peer, refuse("MALFORMED", "an answer of no known form"));
    else if (code === "LETTER_EXPIRED") this.fault(peer, "NO_ANSWER", 2);
  }

  #count(code: string): void {
    if (this.#rejected.size >= mostCodes && !this.#rejected.has(code)) return;
    this.#rejected.set(code, (this.#rejected.get(code) ?? 0) + 1);
  }

  #ban(peer: PeerId, code: string): void {
    this.#tell("peer:banned", { peer, code, until: this.#now() + this.scores.banMs });
  }
}
