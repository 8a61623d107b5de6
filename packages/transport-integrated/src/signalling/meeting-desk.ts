import {
  type Clock,
  type CryptoSuite,
  type PeerId,
  type Self,
  SwarmError,
  TokenBucket,
  verifySignature,
} from "@swarm-space/core";
import { type IdSource, SeenSet } from "@swarm-space/gun-driver";
import { firstRepeatMs, type HeardSignal, inboxSoul, type Session, type Ways } from "@swarm-space/gun-driver/road";
import type { Signal } from "@swarm-space/webrtc-driver";
import { errorTable } from "../error-table.ts";
import {
  encodeKnock,
  encodeReply,
  type Knock,
  knockBytes,
  knockDomain,
  type Letter,
  type MeetingFacts,
  readLetter,
  replyBytes,
  replyDomain,
} from "./knock.ts";
import { Meeting } from "./meeting.ts";
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
  readonly road: Session;
  readonly maxOffersPerSecond: number;
  /** How long a knock counts, in milliseconds. */
  readonly knockMs: number;
  readonly safeguards: SignalSafeguards;
  hasRoom(): boolean;
  /** Somebody knocked, and proved who it is. */
  receive(from: PeerId, relay: string, meeting: Meeting): MeetingHooks;
  refused(remote: string, error: SwarmError): void;
}

interface Entry {
  readonly meeting: Meeting;
  /** Somebody else began it, and nothing has come of it yet. */
  isArriving: boolean;
  onReply(letter: Extract<Letter, { kind: "reply" }>, relay: string): void;
}

/** Inbound meetings under way. */
const maxArriving = 32;
/** Knocks that are remembered, so that one that is replayed is refused. */
const rememberedKnocks = 8_192;
/** What clocks of two peers may differ by. */
const maxSkewMs = 600_000;

const refusals = Object.freeze({
  SIGNAL_EXPIRED: "The letter is past its time, or from a time to come",
  SIGNAL_FORGED: "The letter is not signed, for this peer and network, by the one it names",
  SIGNAL_REPLAYED: "The letter came before",
});

/** Opens meetings, answers who knocks, and hands each letter to its meeting. */
export class MeetingDesk {
  readonly #parts: DeskParts;
  readonly #entries = new Map<string, Entry>();
  readonly #knocks = new SeenSet(rememberedKnocks);
  readonly #budget: TokenBucket;
  #isOver = false;

  constructor(parts: DeskParts) {
    this.#parts = parts;
    const perSecond = parts.maxOffersPerSecond;
    this.#budget = new TokenBucket({ perSecond, capacity: perSecond * 4 }, parts.clock.now());
  }

  /** What a relay brought. Whatever it is, nothing throws. */
  hear({ id, relay, body }: HeardSignal): void {
    const letter = readLetter(body);
    const entry = this.#entries.get(id);
    if (!letter || this.#isOver) return;
    if (letter.kind === "talk") entry?.meeting.hear(letter.counter, letter.sealed);
    else if (letter.kind === "reply") entry?.onReply(letter, relay);
    else if (!entry) void this.#onKnock(id, relay, letter);
  }

  /** Knocks at all ways, again and again, until somebody answers or the meeting is ended by `end`. Rejects where this node cannot sign. */
  async dial(to: PeerId | undefined, { first, later }: Ways, hooks: DialHooks): Promise<Meeting> {
    const { clock, ids, road, self, suite, knockMs, safeguards } = this.#parts;
    const facts: MeetingFacts = { network: self.network, id: ids.next(), to };
    const own = suite.keyPair();
    let repeat: Disposable | undefined;
    const meeting = this.#open(facts.id, hooks, (letter, relay) => {
      const known = knocks.get(relay);
      const isAsked = to === undefined || letter.reply.from === to || !safeguards.answerer;
      if (meeting.isTalking || !known || !isAsked) return;
      const signed = replyBytes(facts, known.knock, letter.reply);
      if (!verifySignature(letter.reply.from, replyDomain, signed, letter.signature)) return;
      const talk = talkOf({ suite, own, other: letter.reply.key, transcript: signed, knocks: true });
      if (talk === undefined) return;
      repeat?.[Symbol.dispose]();
      meeting.talk({ talk, way: { relay, soul: inboxSoul(letter.reply.inbox) } });
      try {
        hooks.onAnswer(letter.reply.from, relay);
      } catch (error) {
        return hooks.onFault(error);
      }
      meeting.hear(0, letter.sealed);
    });
    const relays = [...new Set([...first, ...later].map((way) => way.relay))];
    const expiresAt = Math.round(clock.wall() + knockMs);
    const knocks = new Map<string, { readonly knock: Knock; readonly body: Uint8Array }>();
    try {
      for (const relay of relays) {
        const inbox = road.inboxOf(relay);
        if (inbox === undefined) continue;
        const knock: Knock = { from: self.id, key: own.publicKey, expiresAt, inbox };
        const signature = await self.sign(knockDomain, knockBytes(facts, knock));
        knocks.set(relay, { knock, body: encodeKnock(knock, to !== undefined, signature) });
      }
    } catch (error) {
      this.end(meeting);
      throw error;
    }
    const knockAt = (ways: Ways["first"], delayMs: number) => {
      if (meeting.isOver || meeting.isTalking) return;
      for (const way of ways) {
        const known = knocks.get(way.relay);
        if (known) meeting.knock(way, known.body);
      }
      repeat = clock.timer(delayMs, () => knockAt([...first, ...later], delayMs * 1.6));
    };
    knockAt(first, firstRepeatMs);
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

  async #onKnock(id: string, relay: string, letter: Extract<Letter, { kind: "knock" }>): Promise<void> {
    const { self, clock, suite, road, receive } = this.#parts;
    const { knock, isNamed, signature } = letter;
    const inbox = road.inboxOf(relay);
    if (inbox === undefined || knock.from === self.id || !this.#budget.take(1, clock.now())) return;
    const facts: MeetingFacts = { network: self.network, id, to: isNamed ? self.id : undefined };
    const refusal = this.#refusal(facts, knock, signature);
    if (refusal) return this.#refuse(knock.from, refusal);
    const arriving = [...this.#entries.values()].filter(({ isArriving }) => isArriving).length;
    if (arriving >= maxArriving || !this.#parts.hasRoom()) return;
    this.#knocks.add(id);
    let hooks: MeetingHooks | undefined;
    const meeting = this.#open(id, {
      onSignal: (signal) => hooks?.onSignal(signal),
      onFault: (error) => hooks?.onFault(error),
    });
    const own = suite.keyPair();
    const reply = { from: self.id, key: own.publicKey, inbox };
    const signed = replyBytes(facts, knock, reply);
    const proof = await self.sign(replyDomain, signed);
    const talk = talkOf({ suite, own, other: knock.key, transcript: signed, knocks: false });
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

  #open(id: string, { onSignal, onFault }: MeetingHooks, onReply?: Entry["onReply"]): Meeting {
    const { road } = this.#parts;
    const meeting = new Meeting({ id, put: (way, of, body) => road.signal(way, of, body), onSignal, onFault });
    this.#entries.set(id, { meeting, isArriving: onReply === undefined, onReply: onReply ?? (() => undefined) });
    return meeting;
  }

  #refusal(facts: MeetingFacts, knock: Knock, signature: Uint8Array): keyof typeof refusals | undefined {
    const wall = this.#parts.clock.wall();
    const { knockMs, safeguards } = this.#parts;
    const isInTime = knock.expiresAt >= wall - maxSkewMs && knock.expiresAt <= wall + knockMs + maxSkewMs;
    if (safeguards.expiry && !isInTime) return "SIGNAL_EXPIRED";
    if (safeguards.replay && this.#knocks.has(facts.id)) return "SIGNAL_REPLAYED";
    const isSigned =
      !safeguards.signature || verifySignature(knock.from, knockDomain, knockBytes(facts, knock), signature);
    return isSigned ? undefined : "SIGNAL_FORGED";
  }

  #refuse(remote: string, code: keyof typeof refusals): void {
    this.#parts.refused(remote, new SwarmError(code, refusals[code], { cure: errorTable[code] }));
  }
}

/** Undefined: the other side's key is none. */
function talkOf(parts: ConstructorParameters<typeof SealedTalk>[0]): SealedTalk | undefined {
  try {
    return new SealedTalk(parts);
  } catch {
    return undefined;
  }
}
