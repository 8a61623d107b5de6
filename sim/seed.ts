import type { EventName, Replacement } from "@swarm-space/core";
import { DatagramNetwork, MailKeeper, SeededRandom, Trace, VirtualClock } from "@swarm-space/testkit";
import { DialWatch } from "./dial-watch.ts";
import { frameHeaders } from "./frame-headers.ts";
import { type Breach, longTtlMs } from "./letters.ts";
import type { Quarrel } from "./mail-weather.ts";
import { type ChannelName, mailboxId, Town } from "./town.ts";
import { planWeather } from "./weather.ts";

export interface SeedOptions {
  readonly seed: string;
  /** "real": the platform's own cryptography instead of stand-ins. The trace does not replay then to the byte. */
  readonly crypto?: "swift" | "real";
  /** Keep a trace, and give its hash. Slower. */
  readonly trace?: boolean;
  readonly replace?: readonly Replacement[];
}

export interface SeedReport {
  readonly seed: string;
  readonly nodes: number;
  readonly letters: number;
  readonly breaches: readonly { readonly breach: Breach; readonly what: string; readonly atMs: number }[];
  /** Names of the faults that hit something. */
  readonly bit: readonly string[];
  /** How often the kernel told of each rare thing. */
  readonly sometimes: Readonly<Record<string, number>>;
  readonly outcomes: Readonly<Record<string, number>>;
  /** The most that one way was dialled within ten seconds. */
  readonly mostDials: number;
  readonly virtualMs: number;
  readonly cpuMs: number;
  readonly hash: string | undefined;
  readonly tail: readonly string[];
}

const chaosMs = 14_000;
/** After the last fault everything that is to come has come within this time. */
const healMs = 180_000;
/** What a mailbox has is read within this time by one who is there, though the mailbox forgot it: less than until it is left again unasked. */
const mailMs = 30_000;
const stopMs = 60_000;
const leastLetters = 310;
const quarrelLetters = 30;
const largeLetters = 1;
/** A letter whose sender was down, and every other too, is written so much later, in milliseconds. */
const laterMs = 250;
/** So many seeds have a keeper of mailboxes, and a node that is away for long. */
const mailShare = 0.6;
/** Lines of the trace that a red seed shows. */
const tailLines = 40;

/** Rare things that a run of seeds must have reached, each told by the kernel's own events or by what bit beneath it. */
export const sometimesNames = [
  "letter:retry lost",
  "letter:retry silent",
  "letter:retry doubted",
  "letter:progress",
  "letter:resume",
  "letter:expired",
  "message:duplicate",
  "message:rejected",
  "handler:failed",
  "connection:close lost",
  "connection:close remote",
  "connection:close local",
  "peer:disconnect",
  "dial:failed",
  "breaker:open",
  "breaker:half-open",
  "breaker:close",
  "transport:state error",
  "outbox:restored",
  "store:failed",
  "redelivered",
  "disk lost",
  "disk torn",
  "disk refused",
  "datagram lost",
  "datagram doubled",
  "datagram overtaken",
  "datagram cut",
  "datagram away",
  "datagram stray",
  "datagram resent",
  "lane broken",
  "letter:relayed",
  "letter:relayed again",
  "letter by mailbox",
  "message:duplicate by mailbox",
  "mailbox:failed",
  "mail forgotten",
  "mail givenTwice",
  "mail heldBack",
  "mail unanswered",
  "swarm:wake sleep",
  "plugin:disable",
  "plugin:enable",
] as const;

/** One seed: a town, its traffic, its weather, and its judgement. */
export async function runSeed(o: SeedOptions): Promise<SeedReport> {
  const startedAt = process.cpuUsage();
  const random = new SeededRandom(o.seed);
  const clock = new VirtualClock();
  const trace = o.trace === true ? new Trace(() => clock.now()) : undefined;
  const counts = new Map<string, number>();
  const count = (name: string, more = 1) => void counts.set(name, (counts.get(name) ?? 0) + more);
  const dials = new DialWatch();
  const network = new DatagramNetwork({
    clock,
    seed: random.fork("network").seed,
    dialled: ({ transport, from, to = "" }) => {
      const way = wayOf(from, transport, to);
      const times = dials.began(way, clock.now());
      if (times !== undefined) book.breach("hurried", `${way} was dialled ${times} times within ten seconds`);
    },
    ...(trace === undefined
      ? {}
      : {
          witness: (fate, { transport, from, to, link, kind, seq, next, frame }) => {
            const headers = frame === undefined ? "" : frameHeaders(frame);
            const facts = [transport, to.slice(0, 6), link, kind, seq, next, frame?.length ?? 0, headers];
            trace.note(from.slice(0, 6), fate, facts);
          },
        }),
  });
  const mail = random.fork("mail");
  const keeper = mail.chance(mailShare) ? new MailKeeper({ clock, seed: mail.fork("keeper").seed }) : undefined;
  keeper?.inject({ jitterMs: 20 });
  const town = new Town({
    clock,
    network,
    keeper,
    random: random.fork("town"),
    crypto: o.crypto ?? "swift",
    heard: (node, name, detail) => {
      count(nameOf(name, detail));
      if (name === "dial:failed" && fieldOf(detail, "code") === "DOOR_BUSY")
        dials.pardon(wayOf(town.nodes[node]?.identity.id ?? "", fieldOf(detail, "transport"), fieldOf(detail, "peer")));
      trace?.note(`n${node}`, name, detail);
    },
    ...(o.replace === undefined ? {} : { replace: o.replace }),
  });
  const { book } = town;
  const onEscape = (error: unknown) =>
    book.breach("escaped", `unhandled: ${error instanceof Error ? error.stack : String(error)}`);
  process.on("unhandledRejection", onEscape);
  try {
    const weather = planWeather({ clock, network, random: random.fork("weather"), town, keeper, chaosMs });
    for (const at of town.nodes.keys()) clock.timer(random.float() * 200, () => town.boot(at));
    planTraffic(town, clock, random.fork("traffic"));
    planLarge(town, clock, random.fork("large"));
    if (weather.mail?.quarrel !== undefined) planQuarrel(town, clock, random.fork("quarrel"), weather.mail.quarrel);
    const isOver = () => book.breaches.length > 0;
    const steps = async (predicate: () => boolean, forMs: number) => {
      const until = clock.now() + forMs;
      while (!isOver() && !predicate() && clock.now() < until) {
        await clock.runUntil(() => isOver() || predicate(), Math.min(1_000, until - clock.now()));
        book.judgeTime();
      }
    };
    await steps(() => false, chaosMs + 8_000);
    weather.heal();
    if (weather.mail?.parting !== undefined) {
      const { writer, reader, reunite } = weather.mail.parting;
      const unread = () => book.unread(writer, reader);
      await steps(() => unread().next().done === true, mailMs);
      if (!isOver()) book.judgeMail(unread());
      reunite();
    }
    await steps(() => book.unfinished()[Symbol.iterator]().next().done === true, healMs);
    if (!isOver()) book.judgeEnd();
    book.closed = isOver();
    await end(town, clock, isOver());
    for (const { name, bites } of weather.episodes) if (bites() > 0) count(`bit ${name}`);
    return {
      seed: o.seed,
      nodes: town.nodes.length,
      letters: book.letters.length,
      breaches: book.breaches,
      bit: weather.episodes.filter(({ bites }) => bites() > 0).map(({ name }) => name),
      sometimes: sometimesOf(counts, town, network, keeper),
      outcomes: outcomesOf(town),
      mostDials: dials.most,
      virtualMs: Math.round(clock.now()),
      cpuMs: cpuSince(startedAt),
      hash: await trace?.hash(),
      tail: trace?.lines.slice(-tailLines) ?? [],
    };
  } catch (error) {
    book.breach("escaped", `thrown through the clock: ${error instanceof Error ? error.stack : String(error)}`);
    return {
      seed: o.seed,
      nodes: town.nodes.length,
      letters: book.letters.length,
      breaches: book.breaches,
      bit: [],
      sometimes: {},
      outcomes: {},
      mostDials: dials.most,
      virtualMs: Math.round(clock.now()),
      cpuMs: cpuSince(startedAt),
      hash: await trace?.hash(),
      tail: trace?.lines.slice(-tailLines) ?? [],
    };
  } finally {
    process.off("unhandledRejection", onEscape);
  }
}

/** Stops every node cleanly. Afterwards no timer may be left. */
async function end(town: Town, clock: VirtualClock, failed: boolean): Promise<void> {
  const stopped = { value: false };
  void Promise.all(town.nodes.map((node) => node.stop())).then(() => {
    stopped.value = true;
  });
  const inTime = await clock.runUntil(() => stopped.value, stopMs);
  // What was still in the air comes down.
  await clock.advance(10_000);
  if (failed) return;
  if (!inTime) town.book.breach("stuck", "a node did not stop");
  if (clock.pending > 0) town.book.breach("escaped", `${clock.pending} timers are left after the stop`);
}

/** More than 300 letters of all kinds, in quiet and in bursts. */
function planTraffic(town: Town, clock: VirtualClock, random: SeededRandom): void {
  const count = town.nodes.length;
  let planned = 0;
  while (planned < leastLetters) {
    const from = random.integer(count);
    const burst = random.chance(0.1) ? 8 + random.integer(12) : 1;
    const at = 500 + random.float() * (chaosMs - 500);
    const to = (from + 1 + random.integer(count - 1)) % count;
    for (let i = 0; i < burst; i++) {
      planned++;
      const letter = draw(random, burst > 1);
      const whom = letter.channel === "news" ? undefined : to;
      const write = () => {
        const sender = upFrom(town, from, to);
        if (sender === undefined) clock.timer(laterMs, write);
        else town.send({ ...letter, from: sender, to: whom });
      };
      clock.timer(at, write);
    }
  }
}

/** A few letters that take their time in pieces, so that links die in the midst of them. */
function planLarge(town: Town, clock: VirtualClock, random: SeededRandom): void {
  for (let i = 0; i < largeLetters; i++) {
    const from = random.integer(town.nodes.length);
    const to = (from + 1 + random.integer(town.nodes.length - 1)) % town.nodes.length;
    const padBytes = 200_000 + random.integer(400_000);
    const letter = {
      channel: "loose",
      delivery: "best",
      padBytes,
      ttlMs: longTtlMs,
      handlerMs: 0,
      fails: false,
    } as const;
    clock.timer(1_000 + random.float() * (chaosMs - 3_000), () => town.send({ ...letter, from, to }));
  }
}

/** Letters on one channel in the moment in which the roads go, some by one road and some by two. */
function planQuarrel(town: Town, clock: VirtualClock, random: SeededRandom, { writer, reader, atMs }: Quarrel): void {
  for (let i = 0; i < quarrelLetters; i++) {
    const letter = { ...draw(random, true), delivery: random.chance(0.5) ? ("race" as const) : ("best" as const) };
    clock.timer(atMs - 300 + random.float() * 900, () => town.send({ ...letter, from: writer, to: reader }));
  }
}

/** The sender, or where it is down another that is not the receiver. */
function upFrom(town: Town, from: number, to: number): number | undefined {
  for (let i = 0; i < town.nodes.length; i++) {
    const at = (from + i) % town.nodes.length;
    if (at !== to && town.isAwake(at)) return at;
  }
  return undefined;
}

function draw(random: SeededRandom, inBurst: boolean) {
  const roll = random.float();
  const channel: ChannelName = inBurst
    ? "line"
    : roll < 0.5
      ? "line"
      : roll < 0.68
        ? "queue"
        : roll < 0.85
          ? "loose"
          : roll < 0.94
            ? "ask"
            : "news";
  const kind = random.float();
  return {
    channel,
    delivery: kind < 0.9 ? ("best" as const) : kind < 0.95 ? ("race" as const) : ("all" as const),
    padBytes: random.chance(0.04) ? 5_000 + random.integer(40_000) : 0,
    // A copy of a broadcast, and an answer, are for one instance: where that is gone, they end with their time.
    ttlMs: random.chance(0.12)
      ? 300 + random.integer(4_000)
      : channel === "news" || channel === "ask"
        ? 20_000
        : longTtlMs,
    handlerMs: random.chance(0.3) ? 1 + random.integer(40) : 0,
    fails: random.chance(0.02),
  };
}

/** An event under the name it is counted by. */
function nameOf(name: EventName, detail: unknown): string {
  const facts = typeof detail === "object" && detail !== null ? detail : {};
  if (name === "connection:close" && "reason" in facts) return `${name} ${fieldOf(facts.reason, "by")}`;
  if (name === "letter:relayed") return Number(fieldOf(facts, "times")) > 1 ? `${name} again` : name;
  if (name === "message:duplicate" && fieldOf(facts, "transport") === mailboxId) return `${name} by mailbox`;
  if (name === "letter:retry") return `${name} ${fieldOf(facts, "reason")}`;
  if (name === "swarm:wake") return `${name} ${fieldOf(facts, "cause")}`;
  if (name === "transport:state") return `${name} ${fieldOf(facts, "state")}`;
  return name;
}

/** One way, as the dial watch names it: by address values, which are peer ids here. */
function wayOf(from: string, transport: string, to: string): string {
  return `${from.slice(0, 6)} by ${transport} to ${to.slice(0, 6)}`;
}

function fieldOf(value: unknown, field: string): string {
  return typeof value === "object" && value !== null
    ? String(Object.entries(value).find(([key]) => key === field)?.[1])
    : "";
}

function sometimesOf(
  counts: ReadonlyMap<string, number>,
  town: Town,
  network: DatagramNetwork,
  keeper: MailKeeper | undefined,
): Record<string, number> {
  const disks = town.nodes.flatMap(({ disk }) => disk?.counters ?? []);
  const all = new Map(counts);
  all.set("redelivered", town.book.redelivered);
  for (const what of ["lost", "torn", "refused"] as const)
    all.set(
      `disk ${what}`,
      disks.reduce((sum, disk) => sum + disk[what], 0),
    );
  for (const what of ["lost", "doubled", "overtaken", "cut", "away", "stray", "resent"] as const)
    all.set(`datagram ${what}`, network.counters[what]);
  all.set("letter by mailbox", town.book.byMail);
  for (const what of ["forgotten", "givenTwice", "heldBack", "unanswered"] as const)
    all.set(`mail ${what}`, keeper?.counters[what] ?? 0);
  all.set("lane broken", network.counters.brokenLanes);
  return Object.fromEntries(all);
}

function outcomesOf({ book, failedBoots }: Town): Record<string, number> {
  const all: Record<string, number> = { failedBoots };
  for (const { state } of book.letters) all[state] = (all[state] ?? 0) + 1;
  return all;
}

function cpuSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return Math.round((user + system) / 1_000);
}
