import {
  type Clock,
  type CryptoSuite,
  type PeerId,
  type Self,
  SwarmError,
  TokenBucket,
  verifySignature,
} from "@swarm-space/core";
import type { IdSource } from "@swarm-space/gun-driver";
import { type HeardSignal, inboxSoul, type Session, toBase64, type Ways } from "@swarm-space/gun-driver/road";
import { offerRate, type Signal } from "@swarm-space/webrtc-driver";
import { HeardLetters } from "./heard-letters.ts";
import { judgeKnock } from "./judge-knock.ts";
import { encodeReply, type Letter, type MeetingFacts, readLetter, replyBytes, replyDomain } from "./knock.ts";
import { Knocking } from "./knocking.ts";
import { Meeting, type MeetingParts } from "./meeting.ts";
import { type Refusal, refusalError } from "./refusals.ts";
import type { SignalSafeguards } from "./safeguards.ts";
import { SealedTalk } from "./sealed-talk.ts";

/** Who comes to know what of a meeting. */
export interface MeetingHooks {
  onSignal(signal: Signal): void;
  onFault(error: unknown): void;
}

export interface DialHooks extends MeetingHooks {
  /** The other side answered; its signals follow. */
  onAnswer(from: PeerId, relay: string): void;
}

export interface DeskParts {
  readonly self: Self;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly suite: CryptoSuite;
  readonly road: Pick<Session, "inboxOf" | "signal">;
  readonly maxOffersPerSecond: number;
  /** How long a knock counts, in milliseconds. */
  readonly knockMs: number;
  readonly safeguards: SignalSafeguards;
  hasRoom(): boolean;
  /** Somebody knocked, and proved who it is. */
  receive(from: PeerId, relay: string, meeting: Meeting): MeetingHooks;
  /** @param isProven it is the doing of the peer that `remote` names: nobody else can have sealed it */
  refused(remote: string, error: SwarmError, isProven: boolean): void;
}

interface Entry {
  readonly meeting: Meeting;
  /** Somebody else began it, and nothing has come of it yet. */
  isArriving: boolean;
  /** The other side, once it is known. */
  other: PeerId | undefined;
  /** Why the answer is not taken. */
  onReply(letter: ReplyLetter, relay: string): Refusal | undefined;
}

type TalkLetter = Extract<Letter, { kind: "talk" }>;
type KnockLetter = Extract<Letter, { kind: "knock" }>;
type ReplyLetter = Extract<Letter, { kind: "reply" }>;

/** Inbound meetings under way. */
const maxArriving = 32;

/** Opens meetings, answers who knocks, and hands each letter to its meeting. */
export class MeetingDesk {
  readonly #parts: DeskParts;
  readonly #entries = new Map<string, Entry>();
  readonly #heard = new HeardLetters();
  readonly #since: number;
  readonly #budget: TokenBucket;
  /** Refusals that are told. */
  readonly #tellings: TokenBucket;
  #isOver = false;

  constructor(parts: DeskParts) {
    this.#parts = parts;
    this.#since = parts.clock.wall();
    const rate = offerRate(parts);
    this.#budget = new TokenBucket(rate, parts.clock.now());
    this.#tellings = new TokenBucket(rate, parts.clock.now());
  }

  /** What a relay brought. Whatever it is, nothing throws. */
  hear(signal: HeardSignal): void {
    if (this.#isOver) return;
    const { id, relay, body } = signal;
    const letter = readLetter(body);
    if (!letter) return this.#refuse(relay, "SIGNAL_INVALID");
    if (letter.kind === "knock") return void this.#onKnock(signal, letter);
    const entry = this.#entries.get(id);
    const refusal = entry ? refusalIn(entry, letter, relay) : this.#heard.refusalOf(id, letter);
    if (refusal) this.#refuse(letter.kind === "reply" ? letter.reply.from : relay, refusal);
    else this.#heard.took(id, letter);
  }

  /** Knocks at all ways, until somebody answers or the meeting is ended by `end`. Rejects where this node cannot sign. */
  async dial(to: PeerId | undefined, ways: Ways, hooks: DialHooks): Promise<Meeting> {
    const { clock, ids, road, self, suite, knockMs, safeguards } = this.#parts;
    const facts: MeetingFacts = { network: self.network, id: ids.next(), to };
    const own = suite.keyPair();
    let answer: string | undefined;
    const entry = this.#open(facts.id, hooks, ({ reply, signature, sealed }, relay) => {
      const opening = knocking.openingAt(relay);
      if (!opening) return "SIGNAL_STRAY";
      const isAsked = to === undefined || reply.from === to || !safeguards.answerer;
      const signed = replyBytes(facts, opening, reply);
      const isSigned = !safeguards.signature || verifySignature(reply.from, replyDomain, signed, signature);
      if (!isAsked || !isSigned) return "SIGNAL_FORGED";
      // Another instance of the one who was asked may answer too, and is late.
      if (entry.meeting.isTalking) return answer === toBase64(reply.key) ? "SIGNAL_REPLAYED" : undefined;
      const talk = talkOf({ suite, own, other: reply.key, transcript: signed, knocks: true });
      if (talk === undefined) return "SIGNAL_INVALID";
      try {
        const signals = talk.open(0, sealed);
        if (typeof signals === "string") {
          talk.wipe();
          return signals;
        }
        knocking.stop();
        answer = toBase64(reply.key);
        entry.other = reply.from;
        entry.meeting.talk({ talk, way: { relay, soul: inboxSoul(reply.inbox) } });
        hooks.onAnswer(reply.from, relay);
        for (const signal of signals) hooks.onSignal(signal);
      } catch (error) {
        this.#fault(reply.from, hooks, error);
      }
      return undefined;
    });
    const { meeting } = entry;
    const knocking = new Knocking({
      self,
      clock,
      road,
      facts,
      ways,
      meeting,
      knockMs,
      safeguards,
      key: own.publicKey,
      onFault: hooks.onFault,
    });
    try {
      await knocking.begin();
    } catch (error) {
      this.end(meeting);
      throw error;
    }
    return meeting;
  }

  /** Its channel is open: its letters are deleted, and it is there until `end`, for what restarts ICE. */
  settle(meeting: Meeting): void {
    const entry = this.#entries.get(meeting.id);
    if (entry?.meeting === meeting) entry.isArriving = false;
    meeting.rest();
  }

  /** Ends one, and deletes its letters. Twice is harmless. */
  end(meeting: Meeting): void {
    if (this.#entries.get(meeting.id)?.meeting === meeting) this.#entries.delete(meeting.id);
    meeting.end();
  }

  close(): void {
    this.#isOver = true;
    for (const { meeting } of [...this.#entries.values()]) this.end(meeting);
  }

  async #onKnock({ id, relay, soul }: HeardSignal, letter: KnockLetter): Promise<void> {
    const { self, clock, suite, road, receive, knockMs, safeguards } = this.#parts;
    const { knock, isNamed } = letter;
    const inbox = road.inboxOf(relay);
    // The dialler knocks again until it hears the answer.
    if (inbox === undefined || this.#entries.get(id)?.other === knock.from) return;
    if (!this.#budget.take(1, clock.now())) return this.#refuse(knock.from, "RATE_EXCEEDED");
    const facts: MeetingFacts = { network: self.network, id, to: isNamed ? self.id : undefined };
    const [isOwnPlace, wall, since] = [soul === inboxSoul(inbox), clock.wall(), this.#since];
    const refusal = judgeKnock({ facts, letter, soul, isOwnPlace, wall, since, knockMs, safeguards });
    if (refusal) return this.#refuse(knock.from, refusal);
    const isOwn = knock.from === self.id || this.#entries.has(id);
    if (isOwn || (safeguards.replay && this.#heard.hasMet(id))) return this.#refuse(knock.from, "SIGNAL_REPLAYED");
    const arriving = [...this.#entries.values()].filter(({ isArriving }) => isArriving).length;
    if (arriving >= maxArriving || !this.#parts.hasRoom()) return this.#refuse(knock.from, "RATE_EXCEEDED");
    let hooks: MeetingHooks | undefined;
    const entry = this.#open(id, {
      onSignal: (signal) => hooks?.onSignal(signal),
      onFault: (error) => hooks?.onFault(error),
    });
    entry.other = knock.from;
    const { meeting } = entry;
    const own = suite.keyPair();
    const reply = { from: self.id, key: own.publicKey, inbox };
    const signed = replyBytes(facts, knock, reply);
    const proof = await self.sign(replyDomain, signed).catch(() => undefined);
    if (proof === undefined) return this.end(meeting);
    const talk = talkOf({ suite, own, other: knock.key, transcript: signed, knocks: false });
    if (talk === undefined) this.#refuse(knock.from, "SIGNAL_INVALID", true);
    if (talk === undefined || this.#isOver) return this.end(meeting);
    const first = (sealed: Uint8Array) => encodeReply(reply, proof, sealed);
    meeting.talk({ talk, way: { relay, soul: inboxSoul(knock.inbox) }, first });
    try {
      hooks = receive(knock.from, relay, meeting);
    } catch {
      // This side makes no channel: the other hears nothing, and is told by its time.
      this.end(meeting);
    }
  }

  #open(id: string, { onSignal, onFault }: MeetingHooks, onReply?: Entry["onReply"]): Entry {
    const put: MeetingParts["put"] = (way, of, body) => this.#parts.road.signal(way, of, body);
    const entry: Entry = {
      meeting: new Meeting({
        id,
        put,
        onSignal,
        onFault: (error) => this.#fault(entry.other, { onFault }, error),
      }),
      isArriving: onReply === undefined,
      other: undefined,
      onReply: onReply ?? (() => "SIGNAL_STRAY"),
    };
    this.#entries.set(id, entry);
    this.#heard.meets(id);
    return entry;
  }

  /** What the other side sealed is wrong, or this side cannot follow it. */
  #fault(from: PeerId | undefined, { onFault }: Pick<MeetingHooks, "onFault">, error: unknown): void {
    if (from !== undefined && SwarmError.is(error, "SIGNAL_INVALID")) this.#parts.refused(from, error, true);
    onFault(error);
  }

  #refuse(remote: string, code: Refusal, isProven = false): void {
    if (this.#tellings.take(1, this.#parts.clock.now())) this.#parts.refused(remote, refusalError(code), isProven);
  }
}

/** Why it is not taken. */
function refusalIn({ meeting, onReply }: Entry, letter: ReplyLetter | TalkLetter, relay: string): Refusal | undefined {
  return letter.kind === "talk" ? meeting.hear(letter.counter, letter.sealed) : onReply(letter, relay);
}

/** Undefined: the other side's key is none. */
function talkOf(parts: ConstructorParameters<typeof SealedTalk>[0]): SealedTalk | undefined {
  try {
    return new SealedTalk(parts);
  } catch {
    return undefined;
  }
}
