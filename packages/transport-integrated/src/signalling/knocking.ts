import type { Clock, Self } from "@swarm-space/core";
import { firstRepeatMs, type Session, type Way, type Ways } from "@swarm-space/gun-driver/road";
import { encodeKnock, type Knock, knockBytes, knockDomain, type MeetingFacts, type Opening } from "./knock.ts";
import type { Meeting } from "./meeting.ts";
import type { SignalSafeguards } from "./safeguards.ts";

export interface KnockingParts {
  readonly self: Self;
  readonly clock: Clock;
  readonly road: Pick<Session, "inboxOf">;
  readonly facts: MeetingFacts;
  /** The X25519 key of this meeting alone. */
  readonly key: Uint8Array;
  readonly ways: Ways;
  readonly meeting: Meeting;
  /** How long a knock counts, in milliseconds. */
  readonly knockMs: number;
  readonly safeguards: SignalSafeguards;
  /** This node can sign no more. */
  onFault(error: unknown): void;
}

/** Knocks at all ways, again and again, each time anew, until somebody answers or the meeting is over. */
export class Knocking {
  readonly #parts: KnockingParts;
  #repeat: Disposable | undefined;

  constructor(parts: KnockingParts) {
    this.#parts = parts;
  }

  /** Rejects where this node cannot sign. */
  async begin(): Promise<void> {
    await this.#knockAt(this.#parts.ways.first, firstRepeatMs);
  }

  stop(): void {
    this.#repeat?.[Symbol.dispose]();
  }

  /** What was said at a relay, and does not change while it is said again. Undefined: nothing. */
  openingAt(relay: string): Opening | undefined {
    const { self, road, key, ways } = this.#parts;
    const isAsked = [...ways.first, ...ways.later].some((way) => way.relay === relay);
    const inbox = road.inboxOf(relay);
    return isAsked && inbox !== undefined ? { from: self.id, key, inbox } : undefined;
  }

  async #knockAt(ways: readonly Way[], delayMs: number): Promise<void> {
    const { clock, ways: all, meeting, onFault } = this.#parts;
    const letters = await Promise.all(ways.map((way) => this.#letterTo(way)));
    if (meeting.isOver || meeting.isTalking) return;
    for (const [at, way] of ways.entries()) {
      const letter = letters[at];
      if (letter) meeting.knock(way, letter);
    }
    const again = () => void this.#knockAt([...all.first, ...all.later], delayMs * 1.6).catch(onFault);
    this.#repeat = clock.timer(delayMs, again);
  }

  async #letterTo({ relay, soul }: Way): Promise<Uint8Array | undefined> {
    const { self, clock, facts, knockMs, safeguards } = this.#parts;
    const opening = this.openingAt(relay);
    if (opening === undefined) return undefined;
    const knock: Knock = { ...opening, expiresAt: Math.round(clock.wall() + knockMs) };
    const signed = knockBytes(facts, knock, safeguards.place ? soul : "");
    return encodeKnock(knock, facts.to !== undefined, await self.sign(knockDomain, signed));
  }
}
