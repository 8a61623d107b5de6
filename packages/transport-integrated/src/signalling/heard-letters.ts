import { SeenSet } from "@swarm-space/gun-driver";
import type { Letter } from "./knock.ts";
import type { Refusal } from "./refusals.ts";

/**
 * Meetings that are remembered, so that a knock that is replayed is refused: at the default rate more than can be heard while one
 * counts, clocks ten minutes apart either way.
 */
const rememberedMeetings = 32_768;
/** Answers and talk that are remembered, of meetings that are over. */
const rememberedLetters = 8_192;

/** What this node heard since it opened: of two letters of a meeting that is over, one is late and the other is replayed. */
export class HeardLetters {
  readonly #meetings = new SeenSet(rememberedMeetings);
  readonly #letters = new SeenSet(rememberedLetters);

  /** This node is in a meeting, whoever began it. */
  meets(id: string): void {
    this.#meetings.add(id);
  }

  hasMet(id: string): boolean {
    return this.#meetings.has(id);
  }

  took(id: string, letter: Letter): void {
    this.#letters.add(placeOf(id, letter));
  }

  /** Why an answer or talk of no meeting under way is not taken. Undefined: it is late, which may be. */
  refusalOf(id: string, letter: Letter): Refusal | undefined {
    if (this.#letters.has(placeOf(id, letter))) return "SIGNAL_REPLAYED";
    return this.#meetings.has(id) ? undefined : "SIGNAL_STRAY";
  }
}

function placeOf(id: string, letter: Letter): string {
  return letter.kind === "talk" ? `${id} ${letter.counter}` : `${id} ${letter.kind}`;
}
