import {
  type Channel,
  type EventName,
  type MessageContext,
  type PeerId,
  type PluginUse,
  SwarmError,
  use,
} from "@swarm-space/core";
import resilience from "@swarm-space/resilience";
import {
  type DatagramNetwork,
  datagramPlugin,
  type Life,
  type LifePlan,
  type MailKeeper,
  MortalNode,
  mailboxPlugin,
  type SeededRandom,
  type VirtualClock,
} from "@swarm-space/testkit";
import * as z from "zod";
import { type Letter, LetterBook } from "./letters.ts";

/** What the mailboxes are called. */
export const mailboxId = "post";

export const transports = ["alpha", "beta", "gamma"] as const;

const letterSchema = z.object({ id: z.number(), pad: z.instanceof(Uint8Array).optional() });
type Message = z.output<typeof letterSchema>;

/** Channels by name: in the sender's order, or as letters come. */
export const channels = Object.freeze({
  line: { order: "sender" },
  queue: { order: "sender" },
  loose: { order: "none" },
  ask: { order: "none" },
  news: { order: "sender" },
} as const);
export type ChannelName = keyof typeof channels;

const effects = "effects";

export interface TownOptions {
  readonly clock: VirtualClock;
  readonly network: DatagramNetwork;
  readonly random: SeededRandom;
  readonly crypto: "swift" | "real";
  /** Keeps letters for nodes that are away; undefined: nobody does. */
  readonly keeper: MailKeeper | undefined;
  readonly heard: (node: number, name: EventName, detail: unknown) => void;
  readonly replace?: ConstructorParameters<typeof MortalNode>[0]["replace"];
}

/** Four or five nodes that write to each other over three transports, and the book of their letters. */
export class Town {
  readonly nodes: readonly MortalNode[];
  readonly book: LetterBook;
  /** Boots that failed, as they may while a disk is full. */
  failedBoots = 0;
  readonly #o: TownOptions;
  readonly #open: Map<ChannelName, Channel<Message>>[] = [];
  readonly #byId = new Map<PeerId, number>();
  /** When nodes stood still. */
  readonly #stills: { readonly node: number; readonly from: number; until: number }[] = [];

  constructor(o: TownOptions) {
    this.#o = o;
    const count = 4 + o.random.integer(2);
    this.nodes = Array.from({ length: count }, (_, at) => this.#build(at));
    for (const [at, { identity }] of this.nodes.entries()) this.#byId.set(identity.id, at);
    this.book = new LetterBook({
      clock: o.clock,
      lifeOf: (node) => this.nodes[node]?.life?.number ?? 0,
      stoodStillMs: (node, since) =>
        this.#stills
          .filter((still) => still.node === node)
          .reduce(
            (sum, { from, until }) => sum + Math.max(0, Math.min(until, o.clock.now()) - Math.max(from, since)),
            0,
          ),
      hasEffect: (node, letter) => this.nodes[node]?.disk?.part(effects).has(String(letter)) ?? false,
      hasSafeEffect: (node, letter) => {
        const disk = this.nodes[node]?.disk;
        if (disk === undefined || disk.counters.refused > 0 || this.book.letters[letter]?.channel === "ask")
          return undefined;
        return disk.isSafe(effects, String(letter));
      },
      wasFull: (node) =>
        this.nodes.some(({ disk }, at) => (node === undefined || node === at) && (disk?.counters.refused ?? 0) > 0),
    });
  }

  /** Brings a node up, and again where it cannot start. */
  boot(at: number): void {
    const node = this.nodes[at];
    if (node === undefined || node.life !== undefined) return;
    void node.boot().catch((error: unknown) => {
      this.failedBoots++;
      if (!SwarmError.is(error)) this.book.breach("escaped", `node ${at} could not start: ${String(error)}`);
      node.crash("kill");
      this.#o.clock.timer(500, () => this.boot(at));
    });
  }

  /** Kills a node. @returns how many letters of its own it left unsettled, and how many connections */
  crash(at: number, kind: "kill" | "power"): number {
    const node = this.nodes[at];
    if (node?.life === undefined) return 0;
    const { number, swarm } = node.life;
    const peers = swarm.peers().length;
    const keeps = kind === "kill" && node.disk !== undefined && node.disk.counters.refused === 0;
    const open = this.book.senderDied(at, number, keeps ? this.#lastKept(at) : -1);
    node.crash(kind);
    return open + peers;
  }

  /** What a node posted before this time is surely on its disk. */
  #lastKept(at: number): number {
    // A letter is written down 10 ms after it was posted, and the disk takes its time; who stands still writes nothing.
    const writtenMs = 40;
    const now = this.#o.clock.now();
    const stills = this.#stills.filter(({ node, until }) => node === at && until > now - writtenMs);
    return Math.min(now, ...stills.map(({ from }) => from)) - writtenMs;
  }

  /** A node's process stands still. @returns what of it has waited, and its end */
  freeze(at: number): { readonly bites: number; undo(): void } {
    const clock = this.nodes[at]?.life?.clock;
    if (clock === undefined) return { bites: 0, undo: () => undefined };
    const still = { node: at, from: this.#o.clock.now(), until: Number.POSITIVE_INFINITY, waited: 0 };
    this.#stills.push(still);
    clock.freeze();
    return {
      get bites() {
        return still.waited;
      },
      undo: () => {
        if (still.until !== Number.POSITIVE_INFINITY) return;
        still.until = this.#o.clock.now();
        still.waited = clock.late;
        clock.thaw();
      },
    };
  }

  /** A node does without one of its transports. @returns how many links it had to leave, and its end */
  disable(at: number, transport: (typeof transports)[number]): { readonly bites: number; undo(): void } {
    const swarm = this.nodes[at]?.life?.swarm;
    if (swarm?.state !== "started") return { bites: 0, undo: () => undefined };
    const name = `@swarm-space/testkit/datagram-${transport}`;
    const bites = swarm.peers().filter((peer) => peer.transports.includes(transport)).length;
    const failed = (error: unknown) => {
      if (!SwarmError.is(error, "SWARM_STOPPED"))
        this.book.breach("escaped", `${name} of node ${at}: ${String(error)}`);
    };
    swarm.plugins.disable(name).catch(failed);
    let over = false;
    const undo = () => {
      if (!over) swarm.plugins.enable(name).catch(failed);
      over = true;
    };
    return { bites, undo };
  }

  /** Whether a node runs, and can write. */
  isAwake(at: number): boolean {
    const life = this.nodes[at]?.life;
    return life?.swarm.state === "started" && !life.clock.frozen;
  }

  /** Writes a letter. Nothing where the sender is down. */
  send(plan: Omit<Letter, "id" | "runs" | "state" | "kept" | "sentAt" | "fromLife" | "channel"> & SendPlan): void {
    const { from, to, channel, delivery, padBytes, ...rest } = plan;
    const life = this.nodes[from]?.life;
    const lane = this.#open[from]?.get(channel);
    if (!this.isAwake(from) || life === undefined || lane === undefined) return;
    const { book } = this;
    const letter = book.write({ ...rest, from, to, channel, fromLife: life.number });
    const { id, ttlMs } = letter;
    const message: Message = padBytes > 0 ? { id, pad: new Uint8Array(padBytes) } : { id };
    const fail = (error: unknown) =>
      book.failed(letter, SwarmError.is(error) ? error.code : undefined, error instanceof Error ? error.message : "?");
    if (to === undefined) {
      lane.broadcast(message, { ttlMs }).then(({ confirmed, failed }) => {
        letter.state = "confirmed";
        for (const peer of confirmed) book.confirmed(letter, this.#byId.get(peer) ?? -1);
        for (const { error } of failed) fail(error);
      }, fail);
      return;
    }
    const peer = this.nodes[to]?.identity.id ?? "";
    if (channel === "ask") lane.request(peer, message, { ttlMs }).then(() => book.confirmed(letter, to), fail);
    else
      lane
        .send(peer, message, { ttlMs, delivery })
        .then(({ status }) => (status === "relayed" ? book.relayed(letter) : book.confirmed(letter, to)), fail);
  }

  #build(at: number): MortalNode {
    const { clock, random, crypto, heard, replace } = this.#o;
    return new MortalNode({
      name: `n${at}`,
      clock,
      random: random.fork(`node ${at}`),
      // At least one of each kind.
      durable: at === 0 || (at > 1 && random.chance(0.5)),
      plugins: (plan) => this.#plugins(plan),
      furnish: (life) => this.#furnish(at, life),
      heard: (name, detail) => heard(at, name, detail),
      crypto,
      ...(replace === undefined ? {} : { replace }),
    });
  }

  #plugins({ death, clock }: LifePlan): readonly PluginUse[] {
    const { keeper } = this.#o;
    const road = { network: this.#o.network, death, arrive: (run: () => void) => clock.arrive(run) };
    return [
      ...(keeper === undefined ? [] : [use(mailboxPlugin({ keeper, death, id: mailboxId }))]),
      use(datagramPlugin({ ...road, id: "alpha", capabilities: { latencyClassMs: 5 } })),
      use(datagramPlugin({ ...road, id: "beta", capabilities: { latencyClassMs: 20, maxFrameBytes: 4_096 } })),
      use(datagramPlugin({ ...road, id: "gamma", rendezvous: "relay", capabilities: { latencyClassMs: 60 } })),
      use(resilience, {
        failureThreshold: 3,
        openStateTimeout: 3_000,
        baseBackoffMs: 200,
        maxBackoffMs: 5_000,
        halfOpenSuccessThreshold: 1,
      }),
    ];
  }

  #furnish(at: number, life: Life): void {
    const open = new Map<ChannelName, Channel<Message>>();
    for (const name of Object.keys(channels) as ChannelName[]) {
      const { order } = channels[name];
      const lane = life.swarm.channel({ name, schema: letterSchema, order, response: letterSchema });
      open.set(name, lane);
      const handle = (id: number, { redelivered, transport, write }: MessageContext) => {
        const run = this.book.begin(id, {
          node: at,
          life: life.number,
          ordered: order === "sender",
          redelivered,
          byMail: transport === mailboxId,
        });
        const letter = this.book.letters[id];
        if (run === undefined || letter === undefined) return undefined;
        const end = () => {
          run.ended = true;
          if (letter.fails) throw new Error("this letter is never liked");
          write([{ type: "put", namespace: effects, key: String(id), value: new Uint8Array(1) }]);
        };
        if (letter.handlerMs === 0) return end();
        const { promise, resolve } = Promise.withResolvers<void>();
        life.clock.timer(letter.handlerMs, resolve);
        return promise.then(end);
      };
      lane.onMessage(({ id }, _from, context) => handle(id, context));
      lane.onRequest(async ({ id }) => {
        await handle(id, { redelivered: false, transport: "", write: () => undefined });
        return { id };
      });
    }
    this.#open[at] = open;
  }
}

/** How a letter is written. */
export interface SendPlan {
  readonly channel: ChannelName;
  readonly delivery: "best" | "race" | "all";
  /** Makes it larger by so many bytes. */
  readonly padBytes: number;
}
