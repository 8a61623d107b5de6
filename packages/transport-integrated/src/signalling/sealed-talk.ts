import type { CipherState, CryptoSuite, KeyPair } from "@swarm-space/core";
import { textBytes } from "@swarm-space/core/medium";
import { parseSignal, type Signal } from "@swarm-space/webrtc-driver";
import type { Refusal } from "./refusals.ts";

/** Letters of one side of one meeting: an offer or answer, candidates, and what an ICE restart says again. */
const maxLetters = 256;
const maxSignals = 64;

export interface TalkParts {
  readonly suite: CryptoSuite;
  readonly own: KeyPair;
  readonly other: Uint8Array;
  /** What both have signed: the keys are of this meeting alone. */
  readonly transcript: Uint8Array;
  readonly knocks: boolean;
}

/** Signals of one meeting, sealed: each side has a key and a counter, and no counter is taken twice. */
export class SealedTalk {
  readonly #out: CipherState;
  readonly #in: CipherState;
  readonly #heard = new Set<number>();
  #sent = 0;

  /** @throws Error the other side's key is of low order */
  constructor({ suite, own, other, transcript, knocks }: TalkParts) {
    const secret = suite.dh(own, other);
    const root = suite.hmac(suite.hash(transcript), secret);
    const [knocker, answerer] = ["knocks", "answers"].map((side) => suite.cipher(suite.hmac(root, textBytes(side))));
    if (!knocker || !answerer) throw new RangeError("two keys");
    this.#out = knocks ? knocker : answerer;
    this.#in = knocks ? answerer : knocker;
    for (const bytes of [secret, root]) bytes.fill(0);
  }

  seal(signals: readonly Signal[]): { readonly counter: number; readonly sealed: Uint8Array } {
    const counter = this.#sent;
    this.#sent += 1;
    return { counter, sealed: this.#out.seal(counter, new Uint8Array(0), textBytes(JSON.stringify(signals))) };
  }

  /**
   * What it says, or why it is not taken.
   * @throws SwarmError `SIGNAL_INVALID` the other side sealed what is no signal
   */
  open(counter: number, sealed: Uint8Array): readonly Signal[] | Refusal {
    if (this.#heard.has(counter)) return "SIGNAL_REPLAYED";
    if (this.#heard.size >= maxLetters) return "SIGNAL_INVALID";
    const plain = this.#in.open(counter, new Uint8Array(0), sealed);
    if (plain === undefined) return "SIGNAL_FORGED";
    this.#heard.add(counter);
    return readSignals(plain);
  }

  wipe(): void {
    this.#out.wipe();
    this.#in.wipe();
  }
}

function readSignals(plain: Uint8Array): readonly Signal[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder().decode(plain));
  } catch {
    parsed = undefined;
  }
  // What is no list is handed on as one wrong signal, to be refused in the same words.
  return (Array.isArray(parsed) ? parsed.slice(0, maxSignals) : [parsed]).map(parseSignal);
}
