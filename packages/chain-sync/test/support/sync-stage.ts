import { concatBytes } from "@noble/hashes/utils.js";
import {
  EventEmitter,
  identityFromSecret,
  type Lane,
  memoryStore,
  nobleEd25519,
  type PeerId,
  type SendOptions,
  type Store,
  type StrictVerifier,
  SwarmError,
  type SwarmEvents,
  strictVerifier,
  type TransportId,
} from "@swarm-space/core";
import { VirtualClock } from "@swarm-space/testkit";
import { expect } from "vitest";
import { type ChainSyncConfig, chainSyncConfig, parametersOf } from "../../src/api/chain-sync-config.ts";
import { beginSync, type OpenRoom, openRoom, type RoomParts } from "../../src/api/open-room.ts";
import { type ChainRules, chainRules, type ReplacedRules } from "../../src/chain/rules.ts";
import { encodeBody, encodeSealedHeader } from "../../src/codec/index.ts";
import { bytesOf, hexOf } from "../../src/hashing/domains.ts";
import type { Block, NamedTransaction } from "../../src/model/index.ts";
import type { ChainSync } from "../../src/sync/chain-sync.ts";
import { type ChainMessage, channelName, messageSchema } from "../../src/sync/wire.ts";
import { keptRoot } from "./node-play.ts";

/** What a stranger says to a question: an answer, anything else, a throw, or nothing for ever. */
export type Answering = (question: ChainMessage) => unknown;

/** Somebody at the other end of the lane, who says what a test makes him say. */
export interface Stranger {
  readonly id: PeerId;
  /** Told by the node, unasked. */
  readonly told: readonly ChainMessage[];
  /** Asked by the node. */
  readonly asked: readonly ChainMessage[];
  /** Sends any value, as the kernel would bring it: what the channel's schema refuses is only told of. */
  tell(message: unknown, transport?: TransportId): Promise<void>;
  /** Asks the node. Rejects as the lane's `request` does. */
  ask(question: unknown): Promise<unknown>;
  leave(): Promise<void>;
}

export interface SyncStageOptions {
  readonly options?: ChainSyncConfig;
  readonly replaced?: ReplacedRules;
  readonly store?: Store;
  /** Default: believes every signature, for a strict check costs three milliseconds. */
  readonly verifier?: StrictVerifier;
}

const silence = () => new Promise<never>(() => {});
const told = ["peer:banned", "block:connected", "block:invalid", "chain:reorg", "tx:dropped", "state:token"] as const;

/** One node's chain in virtual time, and strangers around it; the kernel between them is a pair of function calls. */
export class SyncStage {
  readonly clock = new VirtualClock({ wallMs: Date.UTC(2026, 0, 1) });
  readonly events = new EventEmitter();
  readonly heard: { readonly name: string; readonly detail: unknown }[] = [];
  /** How each message was sent. */
  readonly deliveries: (SendOptions["delivery"] | undefined)[] = [];
  readonly rules: ChainRules;
  readonly #parts: RoomParts;
  readonly #strangers = new Map<PeerId, { answer: Answering; told: ChainMessage[]; asked: ChainMessage[] }>();

  readonly #without = new Set<PeerId>();

  static readonly strict: StrictVerifier = strictVerifier(nobleEd25519());

  #open: OpenRoom | undefined;
  #wayIsFree = Promise.resolve();
  #goOn = () => {};
  #sync: ChainSync | undefined;

  private constructor({ options = {}, replaced = {}, store = memoryStore(), verifier }: SyncStageOptions) {
    const settings = chainSyncConfig.parse({ ...options, parameters: { leastDifficulty: 1, ...options.parameters } });
    this.rules = chainRules(parametersOf("test", settings), replaced);
    this.#parts = {
      rules: this.rules,
      settings,
      self: { ...identityFromSecret(new Uint8Array(32).fill(77)), network: "test" },
      clock: this.clock,
      events: this.events,
      store,
      verifier: verifier ?? { verify: () => true },
    };
    for (const name of told) this.events.on(name, (detail) => void this.heard.push({ name, detail }));
    this.events.on("handler:failed", ({ error }) => void this.heard.push({ name: "handler:failed", detail: error }));
  }

  static async open(o: SyncStageOptions = {}): Promise<SyncStage> {
    const stage = new SyncStage(o);
    stage.#open = await openRoom(stage.#parts);
    beginSync(stage.#parts, stage.#open, { chain: stage.#lane() });
    stage.#sync = stage.#open.sync;
    return stage;
  }

  get room(): OpenRoom {
    return this.#open ?? expect.fail("the stage is not open");
  }

  get sync(): ChainSync {
    return this.#sync ?? expect.fail("the stage is not open");
  }

  /** Of the beat, ms. */
  get interval(): number {
    return this.#parts.settings.interval;
  }

  get tip() {
    return this.room.chain.tip;
  }

  /** Ids of the peers that were banned, and why. */
  get bans(): readonly unknown[] {
    return this.heardOf("peer:banned").map(({ peer, code }) => [peer, code]);
  }

  heardOf<Name extends (typeof told)[number]>(name: Name): readonly SwarmEvents[Name][] {
    return this.heard.filter((each) => each.name === name).map(({ detail }) => detail as SwarmEvents[Name]);
  }

  points({ id }: Pick<Stranger, "id">): number {
    return Math.round(this.sync.court.scores.points(id, this.clock.now()));
  }

  /** What of the node must not change by what somebody sends: the chain, its state, the medium and what waits. */
  async standing() {
    const { chain, pool } = this.room;
    const { tip, state } = chain.position;
    return {
      tip: tip.id,
      state: state.root(),
      kept: await keptRoot(this.#parts.store),
      waiting: pool.all().map(({ fullId }) => fullId),
    };
  }

  /** Gives the node these blocks, as if it had made them. */
  async hold(blocks: readonly Block[]): Promise<void> {
    for (const block of blocks) expect(await this.room.chain.addBlock(block)).toEqual({ ok: true });
    await this.pass(1);
  }

  pass(ms: number): Promise<void> {
    return this.clock.advance(ms);
  }

  /** Whether a peer has the channel of chains, from now on. */
  setChannel(id: PeerId, isThere: boolean): void {
    if (isThere) this.#without.delete(id);
    else this.#without.add(id);
  }

  /** From now on what the node sends is on its way, until `goOn`. */
  holdUp(): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wayIsFree = promise;
    this.#goOn = resolve;
  }

  goOn(): void {
    this.#goOn();
  }

  /** A peer that connects. By default it never answers. */
  async meet(id: PeerId, answer: Answering = silence, roads: readonly TransportId[] = ["memory"]): Promise<Stranger> {
    const told: ChainMessage[] = [];
    const asked: ChainMessage[] = [];
    this.#strangers.set(id, { answer, told, asked });
    for (const transport of roads)
      this.events.emit("connection:open", { peer: id, transport, road: transport, inbound: true });
    this.events.emit("peer:connect", { peer: id });
    await this.pass(1);
    return {
      id,
      told,
      asked,
      tell: (message, transport = "memory") => this.#bring(id, message, transport),
      ask: async (question) => this.sync.respond(messageSchema.parse(question), id),
      leave: async () => {
        this.#strangers.delete(id);
        for (const transport of roads) {
          const reason = { by: "remote", detail: "" } as const;
          this.events.emit("connection:close", { peer: id, transport, road: transport, reason });
        }
        this.events.emit("peer:disconnect", { peer: id });
        await this.pass(1);
      },
    };
  }

  close(): void {
    this.sync.close();
    this.room.unfollow();
  }

  async #bring(from: PeerId, message: unknown, transport: TransportId): Promise<void> {
    const parsed = messageSchema.safeParse(message);
    if (parsed.success) this.sync.receive(parsed.data, from, transport);
    else this.events.emit("message:rejected", { from, channel: channelName, code: "MESSAGE_INVALID", detail: "" });
    await this.pass(1);
  }

  #lane(): Lane<ChainMessage> {
    const present = (to: PeerId) => {
      const stranger = this.#strangers.get(to);
      if (stranger === undefined) throw new SwarmError("LETTER_EXPIRED", "nobody is there");
      return stranger;
    };
    return {
      send: async (to, message, { delivery }: SendOptions = {}) => {
        const stranger = present(to);
        if (this.#without.has(to)) throw new SwarmError("CHANNEL_UNKNOWN", "it has no such channel");
        stranger.told.push(message);
        this.deliveries.push(delivery);
        await this.#wayIsFree;
        return { status: "confirmed", to, transport: "memory", elapsedMs: 0 };
      },
      broadcast: () => expect.fail("nothing of a chain is broadcast"),
      request: async (to, question, { ttlMs = 30_000, signal }: SendOptions = {}) => {
        const { asked, answer } = present(to);
        asked.push(question);
        const ends = Promise.withResolvers<never>();
        const timer = this.clock.timer(ttlMs, () => ends.reject(new SwarmError("LETTER_EXPIRED", "no answer came")));
        const end = () => ends.reject(signal?.reason);
        signal?.addEventListener("abort", end, { once: true });
        try {
          return await Promise.race([Promise.resolve(answer(question)), ends.promise]);
        } finally {
          timer[Symbol.dispose]();
          signal?.removeEventListener("abort", end);
        }
      },
      peers: () => [...this.#strangers.keys()],
    };
  }
}

export const tipOf = (block: Block | undefined) => ({
  kind: "tip",
  header: encodeSealedHeader((block ?? expect.fail("no block")).sealed),
});
export const headersOf = (blocks: readonly Block[]) => ({
  kind: "headers",
  headers: concatBytes(...blocks.map(({ sealed }) => encodeSealedHeader(sealed))),
});
export const bodyOf = ({ transactions }: Pick<Block, "transactions">): Uint8Array =>
  encodeBody(transactions.map(({ transaction }: NamedTransaction) => transaction));
export const bodiesOf = (blocks: readonly (Block | undefined)[]) => ({
  kind: "bodies",
  bodies: blocks.map((block) => (block === undefined ? null : bodyOf(block))),
});
export const packed = (ids: readonly string[]): Uint8Array[] => ids.map((id) => bytesOf(id));

/** Answers from these blocks, as an honest node of this chain does; `others` may answer first. */
export function serving(blocks: readonly Block[], others: Answering = () => undefined): Answering {
  return (question) => {
    const other = others(question);
    if (other !== undefined) return other;
    if (question.kind === "getHeaders") {
      const known = new Set(question.locator.map((id) => hexOf(id)));
      const at = blocks.findLastIndex(({ id }) => known.has(id));
      return headersOf(blocks.slice(at + 1, at + 1 + question.most));
    }
    if (question.kind === "getBodies") {
      return bodiesOf(question.ids.map((id) => blocks.find((block) => block.id === hexOf(id))));
    }
    return { kind: "transactions", transactions: [] };
  };
}
