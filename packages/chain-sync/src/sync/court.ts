import { codeOf, type EventBus, type PeerId, SwarmError } from "@swarm-space/core";
import { type Refusal, refuse } from "../model/verdict.ts";
import { PeerScores } from "./peer-scores.ts";
import type { TellSync } from "./tell-sync.ts";

/** Most codes that are counted apart; further ones are left out. */
const mostCodes = 64;

/** What costs a peer points beside a verdict on what it sent. */
export type Fault = "NO_ANSWER" | "NOT_FOUND" | "ORPHANS" | "FLOOD" | "UNASKED" | "UNKNOWN_KIND" | "DUPLICATE";

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

  /** What is no message of this channel is its sender's doing alone, for the schema never throws. @returns the undo */
  follow(events: EventBus, own: string): () => void {
    return events.on("message:rejected", ({ from, channel, code }) => {
      if (channel === own && code === "MESSAGE_INVALID")
        this.refused(from, refuse("MALFORMED", "a message of no known form"));
    });
  }

  isBanned(peer: PeerId): boolean {
    return this.scores.isBanned(peer, this.#now());
  }

  refused(peer: PeerId, refusal: Refusal): void {
    this.#count(refusal.code);
    if (this.scores.chargeRefusal(peer, refusal, this.#now())) this.#ban(peer, refusal.code);
  }

  /** What is no verdict on a block: silence, nothing where something was announced, too many questions. */
  fault(peer: PeerId, code: Fault, points: number): void {
    this.#count(code);
    if (this.scores.charge(peer, points, this.#now())) this.#ban(peer, code);
  }

  /**
   * A question ended without an answer that this node could read. Where the peer itself refused it, whatever code it chose, it may be
   * busy, or of a version that does not have the question: that proves nothing. Our own stop and a closed connection do not, either.
   */
  unanswered(peer: PeerId, error: unknown): void {
    const code = codeOf(error, "unknown");
    const isRefusal = SwarmError.is(error) && error.detail?.["remote"] === true;
    if (isRefusal) this.#count("REFUSED");
    else if (code === "MESSAGE_INVALID") this.refused(peer, refuse("MALFORMED", "an answer that is no message"));
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
