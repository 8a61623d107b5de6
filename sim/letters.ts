import type { VirtualClock } from "@swarm-space/testkit";

/** What a run may show that must never be. */
export type Breach = "lost" | "doubled" | "inverted" | "stuck" | "hurried" | "escaped";

/** One run of a handler for a letter. */
export interface Run {
  readonly node: number;
  readonly life: number;
  readonly startedAt: number;
  ended: boolean;
}

/** A letter as an outsider knows it. */
export interface Letter {
  readonly id: number;
  readonly from: number;
  readonly fromLife: number;
  /** Undefined: to all. */
  readonly to: number | undefined;
  readonly channel: string;
  readonly ttlMs: number;
  readonly sentAt: number;
  /** How long its handler takes, in milliseconds; 0: it answers at once. */
  readonly handlerMs: number;
  /** Its handler throws. */
  readonly fails: boolean;
  readonly runs: Run[];
  state: "open" | "relayed" | "confirmed" | "failed" | "orphaned";
  /** The sender's disk had it when the sender was killed: it must be handled in the end. */
  kept: boolean;
}

/** How a letter came to its handler. */
export interface Arrival {
  readonly node: number;
  readonly life: number;
  readonly ordered: boolean;
  readonly redelivered: boolean;
  readonly byMail: boolean;
}

/** Letters with at least this time to live outlast every fault: they must be handled. */
export const longTtlMs = 600_000;

export interface BookOptions {
  readonly clock: VirtualClock;
  /** The life that a node is in now; 0 while it is down. */
  readonly lifeOf: (node: number) => number;
  /** How long a node has stood still since then, in milliseconds: so much later it may tell. */
  readonly stoodStillMs: (node: number, since: number) => number;
  /** A node's disk surely keeps the effect of this letter; undefined: it has no disk, or had no room for it. */
  readonly hasSafeEffect: (node: number, letter: number) => boolean | undefined;
  /** A node's disk shows the effect of this letter. */
  readonly hasEffect: (node: number, letter: number) => boolean;
  /** This node's disk, or with no node any disk, has refused something: letters may fail for that. */
  readonly wasFull: (node?: number) => boolean;
}

/** Every letter of a run, and what happened to it. Judges each step as it happens. */
export class LetterBook {
  readonly letters: Letter[] = [];
  readonly breaches: { readonly breach: Breach; readonly what: string; readonly atMs: number }[] = [];
  redelivered = 0;
  /** Letters that a mailbox brought to their handler. */
  byMail = 0;
  /** Judged: what the stopping of a failed run brings to light is not told. */
  closed = false;
  readonly #o: BookOptions;
  /** The latest letter that ran, by sender's life, receiver's life and channel. */
  readonly #latest = new Map<string, number>();

  constructor(o: BookOptions) {
    this.#o = o;
  }

  write(letter: Omit<Letter, "id" | "runs" | "state" | "kept" | "sentAt">): Letter {
    const id = this.letters.length;
    const made: Letter = { ...letter, id, sentAt: this.#o.clock.now(), runs: [], state: "open", kept: false };
    this.letters.push(made);
    return made;
  }

  breach(breach: Breach, what: string): void {
    if (this.closed) return;
    this.breaches.push({ breach, what, atMs: this.#o.clock.now() });
  }

  /** A handler begins with a letter. Undefined: there never was such a letter. */
  begin(id: number, { node, life, ordered, redelivered, byMail }: Arrival): Run | undefined {
    const letter = this.letters[id];
    if (letter === undefined) {
      this.breach("escaped", `node ${node} got letter ${id} that nobody wrote`);
      return undefined;
    }
    if (redelivered) this.redelivered++;
    if (byMail) this.byMail++;
    if (letter.to !== undefined && letter.to !== node) this.breach("escaped", `${show(letter)} reached node ${node}`);
    const here = letter.runs.filter((run) => run.node === node);
    if (here.some((run) => run.life === life))
      this.breach("doubled", `${show(letter)} ran twice in life ${life} of node ${node}`);
    if (this.#o.hasEffect(node, id)) this.breach("doubled", `${show(letter)} ran on node ${node} after it was done`);
    // A receiver without a disk forgets with its process; then what a restarted sender brings again is new to it.
    if (letter.state === "confirmed" && letter.to !== undefined && this.#o.lifeOf(letter.from) === letter.fromLife)
      this.breach("doubled", `${show(letter)} ran again after it was confirmed`);
    // A mailbox knows no order, and a letter that was left in one has given up its place.
    if (ordered && !byMail && letter.state !== "relayed") this.#checkOrder(letter, node, life);
    const run: Run = { node, life, startedAt: this.#o.clock.now(), ended: false };
    letter.runs.push(run);
    return run;
  }

  /** Only what the same instance wrote and still answers for is in order: what an earlier one left comes as it comes. */
  #checkOrder(letter: Letter, node: number, life: number): void {
    if (this.#o.lifeOf(letter.from) !== letter.fromLife) return;
    const lane = `${letter.from}.${letter.fromLife} ${node}.${life} ${letter.channel}`;
    const latest = this.#latest.get(lane) ?? -1;
    if (letter.id < latest)
      this.breach("inverted", `${show(letter)} ran in life ${life} of node ${node} after letter ${latest}`);
    this.#latest.set(lane, Math.max(latest, letter.id));
  }

  /** The sender was told that this node's handler has run. */
  confirmed(letter: Letter, node: number): void {
    if (letter.to !== undefined) letter.state = "confirmed";
    const ran = letter.runs.some((run) => run.node === node && run.ended);
    if (!ran) this.breach("lost", `${show(letter)} was confirmed, and no handler of node ${node} has run`);
    else if (this.#o.hasSafeEffect(node, letter.id) === false)
      this.breach("lost", `${show(letter)} was confirmed, and node ${node} would not remember it after a power cut`);
    this.#checkTime(letter);
  }

  /** The sender was told that a mailbox has it. What outlasts the faults must be handled all the same. */
  relayed(letter: Letter): void {
    letter.state = "relayed";
    letter.kept = letter.ttlMs >= longTtlMs;
    this.#checkTime(letter);
  }

  failed(letter: Letter, code: string | undefined, text: string): void {
    if (letter.to !== undefined) letter.state = "failed";
    const why = (what: string) => this.breach("escaped", `${show(letter)}: ${what}: ${code ?? ""} ${text}`);
    if (code === undefined) return why("failed with what is no SwarmError");
    const ageMs = this.#o.clock.now() - letter.sentAt;
    const allowed =
      code === "LETTER_EXPIRED"
        ? ageMs >= letter.ttlMs - 1
        : (code === "HANDLER_FAILED" && letter.fails) || (code === "STORE_FULL" && this.#o.wasFull());
    if (!allowed) why(`failed for no good reason after ${ageMs} ms`);
    this.#checkTime(letter);
  }

  /** The sender died. What it had surely written down lives on. */
  senderDied(node: number, life: number, keepsUntilMs: number): number {
    let open = 0;
    for (const letter of this.letters) {
      if (letter.from !== node || letter.fromLife !== life) continue;
      if (letter.state !== "open" && letter.state !== "relayed") continue;
      letter.state = "orphaned";
      letter.kept =
        letter.sentAt < keepsUntilMs &&
        letter.ttlMs >= longTtlMs &&
        letter.to !== undefined &&
        letter.channel !== "ask";
      open++;
    }
    return open;
  }

  /** What is still to come. */
  *unfinished(): Iterable<Letter> {
    for (const letter of this.letters) {
      if (letter.state === "open") yield letter;
      else if (letter.kept && !letter.runs.some(({ ended }) => ended) && !this.#mayBeRefused(letter)) yield letter;
    }
  }

  /** What a writer that still lives was told to be in a mailbox, and its reader has not read. */
  *unread(from: number, to: number): Generator<Letter, undefined> {
    for (const letter of this.letters) {
      if (letter.from !== from || letter.to !== to || letter.state !== "relayed" || !letter.kept) continue;
      if (letter.fromLife !== this.#o.lifeOf(from) || letter.runs.length > 0 || this.#mayBeRefused(letter)) continue;
      yield letter;
    }
  }

  /** Those who are parted have mailboxes alone. */
  judgeMail(unread: Iterable<Letter>): void {
    for (const letter of unread)
      this.breach("stuck", `${show(letter)} was left in a mailbox, and nobody read it there`);
  }

  /** Nobody hears of the end of a letter that an earlier life wrote; a full disk may have been it. */
  #mayBeRefused({ from, to }: Letter): boolean {
    return this.#o.wasFull(from) || this.#o.wasFull(to);
  }

  /** At the end: nothing may be left, and what was to outlast all faults must have been handled. */
  judgeEnd(): void {
    for (const letter of this.unfinished()) this.breach("stuck", `${show(letter)} never ended (${letter.state})`);
  }

  /** While it runs: whose time is over must have been told. */
  judgeTime(): void {
    const now = this.#o.clock.now();
    for (const letter of this.letters) {
      if (letter.state === "open" && now - letter.sentAt > letter.ttlMs + this.#graceMs(letter))
        return this.breach(
          "stuck",
          `${show(letter)} was never told its end, ${now - letter.sentAt} ms after it was sent`,
        );
    }
  }

  /** How late an end may be told, in milliseconds. */
  #graceMs({ from, sentAt }: Letter): number {
    return 1_000 + this.#o.stoodStillMs(from, sentAt);
  }

  #checkTime(letter: Letter): void {
    const ageMs = this.#o.clock.now() - letter.sentAt;
    if (ageMs > letter.ttlMs + this.#graceMs(letter))
      this.breach("stuck", `${show(letter)} ended ${ageMs} ms after it was sent`);
  }
}

export function show({ id, from, fromLife, to, channel, ttlMs, sentAt }: Letter): string {
  return `letter ${id} (${channel}, node ${from} life ${fromLife} to ${to ?? "all"}, written at ${Math.round(sentAt)} ms, to live ${ttlMs} ms)`;
}
