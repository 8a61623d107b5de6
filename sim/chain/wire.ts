import { type Lane, type PeerId, type SendOptions, SwarmError } from "@swarm-space/core";
import type { DatagramNetwork, LifeClock, SeededRandom, VirtualClock } from "@swarm-space/testkit";

/** One run of one node, as the wire reaches it. */
export interface WireEnd {
  readonly peer: PeerId;
  readonly clock: LifeClock;
  linked(peer: PeerId): void;
  unlinked(peer: PeerId): void;
  /** @throws what the sender is told */
  receive(message: unknown, from: PeerId): void;
  /** Rejects with what the asker is told. */
  respond(question: unknown, from: PeerId): Promise<unknown>;
}

export interface WireOptions {
  readonly clock: VirtualClock;
  /** Carries every letter as a datagram: its weather is the wire's. */
  readonly network: DatagramNetwork;
  readonly random: SeededRandom;
  readonly areNeighbours: (one: PeerId, other: PeerId) => boolean;
}

export const wireTransport = "wire";
/** Links are looked after so often: those that can stand are dialled. */
const lookMs = 1_000;
/** A link that is cut for so long is over, and both ends are told. */
const silenceMs = 3_000;
const defaultTtlMs = 30_000;
const mostResendMs = 2_000;

interface Link {
  readonly ends: readonly [PeerId, PeerId];
  number: number;
  isUp: boolean;
  isDialled: boolean;
  silentSince: number | undefined;
  /** Letters for the next one. */
  waiting: number[];
}

interface Letter {
  readonly from: PeerId;
  readonly to: PeerId;
  readonly isOver: () => boolean;
  readonly deliver: (end: WireEnd) => void;
  resend: Disposable | undefined;
}

/**
 * What the kernel gives a channel, without the kernel: links to neighbours that come and go, letters that are sent again until they
 * arrive, once each, and answers. Nothing is sealed, encoded or kept over a crash. A hundredth of the kernel's cost.
 */
export class Wire {
  readonly #o: WireOptions;
  readonly #ends = new Map<PeerId, WireEnd>();
  readonly #links = new Map<PeerId, Map<PeerId, Link>>();
  readonly #letters = new Map<number, Letter>();
  #serial = 0;
  #watch: Disposable | undefined;

  constructor(o: WireOptions) {
    this.#o = o;
    this.#lookLater();
  }

  /** A run begins. @returns its end */
  join(end: WireEnd): () => void {
    const { peer } = end;
    // Whoever held a link to the run before learns of its end at the latest now.
    for (const link of this.#linksOf(peer).values()) if (link.isUp) this.#down(link);
    for (const other of this.#ends.keys()) {
      if (other === peer || this.#linksOf(peer).has(other) || !this.#o.areNeighbours(peer, other)) continue;
      const link: Link = {
        ends: [peer, other],
        number: 0,
        isUp: false,
        isDialled: false,
        silentSince: undefined,
        waiting: [],
      };
      this.#linksOf(peer).set(other, link);
      this.#linksOf(other).set(peer, link);
    }
    this.#ends.set(peer, end);
    const leave = this.#o.network.join({
      transport: wireTransport,
      name: peer,
      rendezvous: undefined,
      clock: end.clock,
      receive: ({ seq }) => this.#arrived(seq),
      refresh: () => undefined,
    });
    for (const link of this.#linksOf(peer).values()) this.#dial(link);
    return () => {
      leave();
      if (this.#ends.get(peer) === end) this.#ends.delete(peer);
    };
  }

  /** How the owner of a channel sends, from this end. */
  lane<Message>(end: WireEnd): Lane<Message> {
    return {
      peers: () => [...this.#linksOf(end.peer)].filter(([, { isUp }]) => isUp).map(([peer]) => peer),
      send: (to, message, o) => this.#send(end, to, message, o),
      request: (to, question, o) => this.#request(end, to, question, o),
      broadcast: () => Promise.reject(new Error("nobody broadcasts here")),
    };
  }

  close(): void {
    this.#watch?.[Symbol.dispose]();
    for (const { resend } of this.#letters.values()) resend?.[Symbol.dispose]();
    this.#letters.clear();
  }

  #send(end: WireEnd, to: PeerId, message: unknown, o: SendOptions = {}) {
    const { clock } = this.#o;
    const { ttlMs = defaultTtlMs, signal } = o;
    const began = clock.now();
    const { promise, resolve, reject } = Promise.withResolvers<Awaited<ReturnType<Lane<unknown>["send"]>>>();
    this.#post({
      from: end.peer,
      to,
      isOver: () => {
        const isOld = clock.now() - began > ttlMs;
        if (isOld) reject(expired());
        return isOld || signal?.aborted === true;
      },
      deliver: (other) => {
        try {
          other.receive(message, end.peer);
          if (this.#lives(end))
            resolve({ status: "confirmed", to, transport: wireTransport, elapsedMs: clock.now() - began });
        } catch (error) {
          if (this.#lives(end)) reject(error);
        }
      },
    });
    return promise;
  }

  /** The answer travels as the question did. It is waited for on the asker's own clock, which dies with it. */
  #request(end: WireEnd, to: PeerId, question: unknown, o: SendOptions = {}): Promise<unknown> {
    const { ttlMs = defaultTtlMs, signal } = o;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    let isOver = false;
    const settle = (act: () => void) => {
      // What a dead process asked for wakes nobody, though its successor has its name.
      if (isOver || !this.#lives(end)) return;
      isOver = true;
      timer[Symbol.dispose]();
      signal?.removeEventListener("abort", calledOff);
      act();
    };
    const timer = end.clock.timer(ttlMs, () => settle(() => reject(expired())));
    const calledOff = () => settle(() => reject(signal?.reason));
    signal?.addEventListener("abort", calledOff, { once: true });
    const back = (act: () => void) =>
      this.#post({ from: to, to: end.peer, isOver: () => isOver, deliver: () => settle(act) });
    this.#post({
      from: end.peer,
      to,
      isOver: () => isOver,
      deliver: (other) => {
        const answered = (act: () => void) => this.#lives(other) && back(act);
        other.respond(question, end.peer).then(
          (answer) => answered(() => resolve(answer)),
          (error: unknown) => answered(() => reject(error)),
        );
      },
    });
    return promise;
  }

  #lives(end: WireEnd): boolean {
    return this.#ends.get(end.peer) === end;
  }

  #post(letter: Omit<Letter, "resend">): void {
    const seq = ++this.#serial;
    this.#letters.set(seq, { ...letter, resend: undefined });
    this.#attempt(seq, 0);
  }

  #attempt(seq: number, times: number): void {
    const letter = this.#letters.get(seq);
    if (letter === undefined) return;
    const { from, to } = letter;
    const link = this.#linksOf(from).get(to);
    if (letter.isOver() || link === undefined) return void this.#letters.delete(seq);
    if (!link.isUp) return void link.waiting.push(seq);
    const { clock, network } = this.#o;
    const [there, back] = [network.faultsOf(wireTransport, from, to), network.faultsOf(wireTransport, to, from)];
    const tripMs = there.latencyMs + there.jitterMs + back.latencyMs + back.jitterMs + 50;
    letter.resend = clock.timer(Math.min(mostResendMs, tripMs * 2 ** times), () => this.#attempt(seq, times + 1));
    network.send({ transport: wireTransport, from, to, link: link.number, kind: "data", seq, next: 0 });
  }

  /** A double finds its letter gone. */
  #arrived(seq: number): void {
    const letter = this.#letters.get(seq);
    const end = letter === undefined ? undefined : this.#ends.get(letter.to);
    if (letter === undefined || end === undefined) return;
    letter.resend?.[Symbol.dispose]();
    this.#letters.delete(seq);
    end.clock.arrive(() => letter.deliver(end));
  }

  #lookLater(): void {
    this.#watch = this.#o.clock.timer(lookMs, () => {
      this.#lookLater();
      for (const [peer, links] of this.#links)
        for (const link of links.values()) if (link.ends[0] === peer) this.#look(link);
    });
  }

  #look(link: Link): void {
    if (!link.isUp) return this.#dial(link);
    const now = this.#o.clock.now();
    if (this.#canStand(link)) link.silentSince = undefined;
    else link.silentSince ??= now;
    if (link.silentSince !== undefined && now - link.silentSince >= silenceMs) this.#down(link);
  }

  #canStand({ ends: [one, other] }: Link): boolean {
    const { network } = this.#o;
    const isCut = network.faultsOf(wireTransport, one, other).cut || network.faultsOf(wireTransport, other, one).cut;
    return !isCut && this.#ends.has(one) && this.#ends.has(other);
  }

  #dial(link: Link): void {
    if (link.isUp || link.isDialled || !this.#canStand(link)) return;
    link.isDialled = true;
    this.#o.clock.timer(50 + this.#o.random.float() * lookMs, () => {
      link.isDialled = false;
      if (this.#canStand(link)) this.#up(link);
    });
  }

  #up(link: Link): void {
    link.isUp = true;
    link.number += 1;
    link.silentSince = undefined;
    this.#tell(link, (end, other) => end.linked(other));
    for (const seq of link.waiting.splice(0)) this.#attempt(seq, 0);
  }

  #down(link: Link): void {
    link.isUp = false;
    this.#tell(link, (end, other) => end.unlinked(other));
  }

  #tell({ ends: [one, other] }: Link, tell: (end: WireEnd, other: PeerId) => void): void {
    for (const [own, far] of [
      [one, other],
      [other, one],
    ] as const) {
      const end = this.#ends.get(own);
      if (end !== undefined) end.clock.arrive(() => tell(end, far));
    }
  }

  #linksOf(peer: PeerId): Map<PeerId, Link> {
    const links = this.#links.get(peer) ?? new Map<PeerId, Link>();
    this.#links.set(peer, links);
    return links;
  }
}

function expired(): SwarmError {
  return new SwarmError("LETTER_EXPIRED", "its time to live is over");
}
