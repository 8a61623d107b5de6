import { type Channel, replaceRoom, roomPorts, use } from "@swarm-space/core";
import discovery from "@swarm-space/discovery";
import resilience from "@swarm-space/resilience";
import { MortalNode, SeededRandom, VirtualClock } from "@swarm-space/testkit";
import * as z from "zod";
import { type Crowding, crowdingOf } from "./crowding.ts";
import { MailBag, type MailCount } from "./mail-bag.ts";
import { RelayPlace, type RelayRooms } from "./relay-place.ts";
import { relayRoad } from "./relay-road.ts";

export interface HerdOptions {
  readonly seed: string;
  /** Default 1,000. */
  readonly nodes?: number;
  /** How long no relay runs. */
  readonly awayMs: number;
  /** A letter of each node to its neighbour once in so many milliseconds, from the relay's end to its return. */
  readonly letterEveryMs: number;
  readonly ttlMs: number;
  readonly rooms: RelayRooms;
  /** Of an ablation. */
  readonly jitter?: () => number;
}

export interface HerdReport {
  readonly seed: string;
  readonly nodes: number;
  /** Sockets that reach the relay once it is back. */
  readonly sockets: Crowding;
  /** Dials of peers through it. */
  readonly dials: Crowding;
  /** From the relay's return until a node has a link to a peer; until it has all that it had; in milliseconds, of each node. */
  readonly connectedMs: readonly number[];
  readonly wholeMs: readonly number[];
  readonly mail: MailCount;
  readonly outboxCap: number;
  readonly cpuMs: number;
}

/** Few links each: a node links to all of its circle. */
const circleSize = 4;
const bootWithinMs = 60_000;
const settleMs = 30_000;
/** Within so long after the return everybody is back, or is counted as never back. */
const returnMs = 120_000;
const leastLatencyMs = 5;
const mostLatencyMs = 50;
/** Small, so that an hour fills it. */
const outboxCap = 12;

const letterSchema = z.object({ id: z.number() });

interface Member {
  readonly node: MortalNode;
  readonly links: Set<string>;
  lane?: Channel<z.output<typeof letterSchema>>;
  /** Virtual ms. */
  firstAt?: number;
  wholeAt?: number;
}

/** Whole nodes in circles of four around one relay that goes away and comes back, empty. Shipped policies with their defaults. */
export async function runHerd(o: HerdOptions): Promise<HerdReport> {
  const startedAt = process.cpuUsage();
  const { nodes: count = 1_000, awayMs } = o;
  const random = new SeededRandom(`herd ${o.seed}`);
  const clock = new VirtualClock();
  const relay = new RelayPlace({ clock, random: random.fork("relay"), rooms: o.rooms });
  const mail = new MailBag();
  const dials: number[] = [];
  const dialled = () => void dials.push(clock.now());
  const { jitter } = o;
  const members = Array.from({ length: count }, (_, at) =>
    makeMember(at, { random, clock, relay, mail, dialled, jitter }),
  );
  const boots = random.fork("boots");
  relay.start();
  for (const { node } of members) clock.timer(boots.float() * bootWithinMs, () => void node.boot());
  await clock.advance(bootWithinMs + settleMs);
  const whole = Math.min(circleSize, count) - 1;
  const before = members.filter(({ links }) => links.size >= whole).length;
  if (before < count) throw new Error(`only ${before} of ${count} nodes found their circle before the outage`);

  relay.kill();
  for (const [at, member] of members.entries()) writeLetters(o, { clock, random, mail, member, at, members });
  await clock.advance(awayMs);
  relay.arrivals.length = 0;
  dials.length = 0;
  for (const member of members) {
    delete member.firstAt;
    delete member.wholeAt;
  }
  const healAt = clock.now();
  relay.start();
  await clock.runUntil(() => members.every(({ wholeAt }) => wholeAt !== undefined), returnMs);
  const since = (at: number | undefined) => (at === undefined ? Number.POSITIVE_INFINITY : at - healAt);
  const connectedMs = members.map(({ firstAt }) => since(firstAt));
  const wholeMs = members.map(({ wholeAt }) => since(wholeAt));
  const crowding = (times: readonly number[]) => crowdingOf(times.map(since), connectedMs);
  const [sockets, peers] = [crowding(relay.arrivals), crowding(dials)] as const;
  await clock.runUntil(() => mail.isSettled, o.ttlMs + settleMs);
  // Whatever comes a second time has had time to.
  await clock.advance(settleMs);
  const { user, system } = process.cpuUsage(startedAt);
  return {
    seed: o.seed,
    nodes: count,
    sockets,
    dials: peers,
    connectedMs,
    wholeMs,
    mail: mail.count(),
    outboxCap,
    cpuMs: Math.round((user + system) / 1_000),
  };
}

interface Parts {
  readonly random: SeededRandom;
  readonly clock: VirtualClock;
  readonly relay: RelayPlace;
  readonly mail: MailBag;
  readonly dialled: () => void;
  readonly jitter: HerdOptions["jitter"];
}

function makeMember(at: number, { random, clock, relay, mail, dialled, jitter }: Parts): Member {
  const own = random.fork(`n${at}`);
  const latencyMs = leastLatencyMs + own.fork("road").float() * (mostLatencyMs - leastLatencyMs);
  const dial = relay.dialFrom(`10.${at >> 8}.${at & 255}.1`, latencyMs);
  const links = new Set<string>();
  const node = new MortalNode({
    name: `n${at}`,
    clock,
    random: own,
    durable: false,
    plugins: () => [
      use(relayRoad({ circle: `circle ${Math.floor(at / circleSize)}`, dial, jitter, dialled })),
      use(discovery, { bootstrap: [] }),
      use(resilience),
    ],
    replace: [replaceRoom(roomPorts.options, () => smallOutbox)],
    furnish: ({ swarm }) => {
      const lane = swarm.channel({ name: "circle", schema: letterSchema });
      lane.onMessage(({ id }) => mail.handled(id));
      member.lane = lane;
    },
    heard: (name, detail) => {
      const peer = peerIn(detail);
      if (name === "peer:disconnect") links.delete(peer);
      if (name !== "peer:connect") return;
      links.add(peer);
      member.firstAt ??= clock.now();
      if (links.size >= circleSize - 1) member.wholeAt ??= clock.now();
    },
  });
  const member: Member = { node, links };
  return member;
}

const smallOutbox = Object.freeze({
  network: "swarm-space",
  messaging: {
    ttlMs: 30_000,
    maxLetterBytes: 65_536,
    outboxLetters: outboxCap,
    outboxBytes: 1_048_576,
    maxPeers: 1_024,
  },
  openTimeoutMs: 5_000,
});

function peerIn(detail: unknown): string {
  return typeof detail === "object" && detail !== null && "peer" in detail ? String(detail.peer) : "";
}

interface Writing {
  readonly clock: VirtualClock;
  readonly random: SeededRandom;
  readonly mail: MailBag;
  readonly members: readonly Member[];
  readonly member: Member;
  readonly at: number;
}

/** To the next of its circle, while the relay is away. */
function writeLetters(o: HerdOptions, { clock, random, mail, member, at, members }: Writing): void {
  const first = at - (at % circleSize);
  const to = members[first + ((at - first + 1) % Math.min(circleSize, members.length - first))]?.node.identity.id;
  const until = clock.now() + o.awayMs;
  const write = () => {
    const { lane } = member;
    if (lane === undefined || to === undefined || clock.now() >= until) return;
    mail.write(at, (id) => lane.send(to, { id }, { ttlMs: o.ttlMs }));
    clock.timer(o.letterEveryMs, write);
  };
  clock.timer(random.fork(`letters ${at}`).float() * o.letterEveryMs, write);
}
