import { type Clock, type PeerId, SwarmError } from "@swarm-space/core";
import type { ActiveFault } from "../datagram/datagram-network.ts";
import { SeededRandom } from "../random/seeded-random.ts";
import { type AllMailFaults, checkMailFaults, type MailFaults, noMailFaults } from "./mail-faults.ts";

export interface MailKeeperOptions {
  /** Carries the letters, and outlives every node. */
  readonly clock: Clock;
  /** Decides which letters suffer. */
  readonly seed: number | string;
}

/** A letter that lies here. */
export interface KeptLetter {
  readonly to: PeerId;
  readonly bytes: Uint8Array;
  /** Wall milliseconds of the keeper. */
  readonly expiresAt: number;
  /** It was taken, and is given once more all the same. */
  again: boolean;
}

/** Whom letters are given to: one run of one node. */
export interface Collector {
  readonly peer: PeerId;
  /** A letter came. */
  wake(letter: KeptLetter): void;
  /** The keeper went away. */
  lost(reason: SwarmError): void;
}

/** What became of letters. */
export interface MailCounters {
  kept: number;
  /** Taken by their receiver. */
  taken: number;
  /** Given again after they were taken. */
  givenTwice: number;
  heldBack: number;
  /** Kept, and the sender never heard of it. */
  unanswered: number;
  /** Were here when the keeper was restarted, and are gone. */
  forgotten: number;
  /** Left in the place of one that was here. */
  replaced: number;
  /** Turned away: the keeper was away, or full. */
  refused: number;
}

/** Letters for one node at most, as a relay has it. */
const mostLetters = 4_096;

/** The relay's side of mailboxes, in memory: it outlives every node, and forgets everything when it is restarted. */
export class MailKeeper {
  readonly clock: Clock;
  readonly counters: MailCounters = {
    kept: 0,
    taken: 0,
    givenTwice: 0,
    heldBack: 0,
    unanswered: 0,
    forgotten: 0,
    replaced: 0,
    refused: 0,
  };
  readonly #random: SeededRandom;
  readonly #boxes = new Map<PeerId, Map<string, KeptLetter>>();
  readonly #collectors = new Set<Collector>();
  readonly #rules: MailFaults[] = [];
  #away = 0;
  #names = 0;

  constructor(o: MailKeeperOptions) {
    this.clock = o.clock;
    this.#random = new SeededRandom(o.seed);
  }

  /** Letters that lie here. */
  get size(): number {
    let size = 0;
    for (const box of this.#boxes.values()) size += box.size;
    return size;
  }

  get isAway(): boolean {
    return this.#away > 0;
  }

  /** Later faults win, one by one. @throws SwarmError `OPTION_INVALID` */
  inject(faults: MailFaults): ActiveFault {
    checkMailFaults(faults);
    const rule = { ...faults };
    this.#rules.push(rule);
    const bites = () =>
      (faults.twice === undefined ? 0 : this.counters.givenTwice) +
      (faults.holdMs === undefined ? 0 : this.counters.heldBack) +
      (faults.unanswered === undefined ? 0 : this.counters.unanswered);
    const before = bites();
    return {
      get bites() {
        return bites() - before;
      },
      undo: () => {
        const at = this.#rules.indexOf(rule);
        if (at >= 0) this.#rules.splice(at, 1);
      },
    };
  }

  /** Nobody reaches it until it is undone. With `forgets`, what lay in it is gone: its memory was all it had. */
  restart(o: { readonly forgets: boolean }): ActiveFault {
    const forgotten = o.forgets ? this.size : 0;
    if (o.forgets) this.#boxes.clear();
    this.counters.forgotten += forgotten;
    const reason = new SwarmError("TRANSPORT_UNAVAILABLE", "the keeper of the mailboxes is away");
    const lost = [...this.#collectors];
    this.#collectors.clear();
    this.#away++;
    for (const collector of lost) collector.lost(reason);
    const refusedBefore = this.counters.refused;
    const ended = { is: false };
    const keeper = this;
    return {
      get bites() {
        return forgotten + keeper.counters.refused - refusedBefore;
      },
      undo: () => {
        if (ended.is) return;
        ended.is = true;
        this.#away--;
      },
    };
  }

  /** How long a letter takes to the keeper, or from it, in milliseconds. */
  wayMs(): number {
    const { latencyMs, jitterMs } = this.#faults();
    return latencyMs + (jitterMs > 0 ? this.#random.float() * jitterMs : 0);
  }

  /** How long a letter is held back before it is given, in milliseconds. */
  holdMs(): number {
    const { holdMs } = this.#faults();
    if (holdMs === 0) return 0;
    this.counters.heldBack++;
    return this.#random.float() * holdMs;
  }

  /** Keeps a letter. False: its sender does not hear of it. @throws SwarmError `TRANSPORT_UNAVAILABLE`, `MAILBOX_REFUSED` */
  keep(to: PeerId, bytes: Uint8Array, ttlMs: number, name?: string): boolean {
    const box = this.#boxes.get(to) ?? new Map<string, KeptLetter>();
    if (this.isAway || box.size >= mostLetters) {
      this.counters.refused++;
      throw this.isAway
        ? new SwarmError("TRANSPORT_UNAVAILABLE", "the keeper of the mailboxes is away")
        : new SwarmError("MAILBOX_REFUSED", "the mailbox is full");
    }
    const key = name ?? `nameless ${++this.#names}`;
    if (box.has(key)) this.counters.replaced++;
    const letter: KeptLetter = { to, bytes: bytes.slice(), expiresAt: this.clock.wall() + ttlMs, again: false };
    box.set(key, letter);
    this.#boxes.set(to, box);
    this.counters.kept++;
    for (const collector of [...this.#collectors]) if (collector.peer === to) collector.wake(letter);
    const { unanswered } = this.#faults();
    if (unanswered === 0 || !this.#random.chance(unanswered)) return true;
    this.counters.unanswered++;
    return false;
  }

  /** @returns what lies there for it; what comes later wakes it. @throws SwarmError `TRANSPORT_UNAVAILABLE` */
  join(collector: Collector): readonly KeptLetter[] {
    if (this.isAway) throw new SwarmError("TRANSPORT_UNAVAILABLE", "the keeper of the mailboxes is away");
    this.#collectors.add(collector);
    return [...(this.#boxes.get(collector.peer)?.values() ?? [])];
  }

  leave(collector: Collector): void {
    this.#collectors.delete(collector);
  }

  /** It lies here still, and its time is not over. */
  has(letter: KeptLetter): boolean {
    const box = this.#boxes.get(letter.to);
    for (const [name, each] of box ?? []) {
      if (each !== letter) continue;
      if (letter.expiresAt > this.clock.wall()) return true;
      box?.delete(name);
    }
    return false;
  }

  /** Its receiver took it. True: it is given once more, for that is what keepers may do. */
  taken(letter: KeptLetter): boolean {
    this.counters.taken++;
    const { twice } = this.#faults();
    if (!letter.again && twice > 0 && this.#random.chance(twice)) {
      letter.again = true;
      this.counters.givenTwice++;
      return true;
    }
    const box = this.#boxes.get(letter.to);
    for (const [name, each] of box ?? []) if (each === letter) box?.delete(name);
    return false;
  }

  #faults(): AllMailFaults {
    return Object.assign({ ...noMailFaults }, ...this.#rules);
  }
}
