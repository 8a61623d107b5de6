import type { Block, BlockchainSync } from "@swarm-space/chain-sync";
import { codeOf, type EventName, type PeerId, SwarmError } from "@swarm-space/core";
import type { CrashKind, SeededRandom, VirtualClock } from "@swarm-space/testkit";
import type { Book } from "./book.ts";
import type { ChainNode } from "./chain-node.ts";

/** What must never be. */
export const chainBreaches = Object.freeze([
  /** An honest node ends elsewhere than on the best block that any of them has. */
  "apart",
  /** State, balances, reward pool or tokens are not those of a second reckoning. */
  "wrong state",
  /** A transaction that its owner's node took is neither in the chain nor at every node that could mine it. */
  "lost",
  "took an invalid block",
  "blamed the honest",
  /** A node came back from its death with less than it had told of. */
  "forgot",
  "stuck",
  "escaped",
] as const);
export type ChainBreach = (typeof chainBreaches)[number];

export interface ChainTownOptions {
  readonly clock: VirtualClock;
  readonly random: SeededRandom;
  readonly book: Book;
  /** Makes the honest nodes, each told how it is heard. */
  readonly build: (heard: (at: number) => (name: EventName, detail: unknown) => void) => readonly ChainNode[];
  /** A node holds a block from now on. */
  readonly connected?: (id: string, at: number) => void;
}

const rebootMs = 500;
const tickers = ["ANNA", "BERTA", "CLARA", "DORA", "EMMA", "FRIDA", "GRETA", "HANNA"];

/** The honest nodes of a seed: they mine, pay, die and come back; and what of it must be judged. */
export class ChainTown {
  readonly nodes: readonly ChainNode[];
  readonly book: Book;
  readonly breaches: { readonly breach: ChainBreach; readonly what: string; readonly atMs: number }[] = [];
  readonly counts = new Map<string, number>();
  /** Transactions that a node took from its owner, by id: which node. */
  readonly submitted = new Map<string, number>();
  mined = 0;
  /** Nothing is judged any more. */
  closed = false;
  readonly #o: ChainTownOptions;
  readonly #honest: ReadonlySet<PeerId>;
  /** The last block that each node told of. */
  readonly #told = new Map<number, string>();
  readonly #learning = new Set<string>();
  /** Transactions of which a node said that its disk does not have them. */
  readonly #unsaved = new Map<number, readonly string[]>();

  constructor(o: ChainTownOptions) {
    this.#o = o;
    this.book = o.book;
    this.nodes = o.build((at) => (name, detail) => this.#heard(at, name, detail));
    this.#honest = new Set(this.nodes.map(({ id }) => id));
  }

  count(name: string, more = 1): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + more);
  }

  breach(breach: ChainBreach, what: string): void {
    if (!this.closed) this.breaches.push({ breach, what, atMs: this.#o.clock.now() });
  }

  /** Brings a node up, and again where it cannot start. */
  boot(at: number): void {
    const node = this.nodes[at];
    if (node === undefined || this.#up.has(at)) return;
    this.#up.add(at);
    node.boot().then(
      () => this.#opened(at),
      (error: unknown) => {
        this.count("boot failed");
        if (!SwarmError.is(error) || codeOf(error, "").startsWith("CHAIN_STORE"))
          this.breach("escaped", `node ${at} could not start: ${String(error)}`);
        this.crash(at, "kill");
        this.#o.clock.timer(rebootMs, () => this.boot(at));
      },
    );
  }

  readonly #up = new Set<number>();

  crash(at: number, kind: CrashKind): void {
    const node = this.nodes[at];
    if (node === undefined || !this.#up.has(at)) return;
    this.tally(at);
    this.#up.delete(at);
    node.crash(kind);
    // What its disk had refused it told of, and does not have after its death.
    for (const id of this.#unsaved.get(at) ?? []) if (this.submitted.get(id) === at) this.submitted.delete(id);
    this.#unsaved.delete(at);
  }

  /** What a run of a node counted itself goes into the seed's counts. */
  tally(at: number): void {
    const stats = this.nodes[at]?.blockchain?.getStats();
    for (const [code, times] of Object.entries(stats?.rejected ?? {})) this.count(`rejected ${code}`, times);
  }

  /** A node that is up, from this one on. */
  upFrom(at: number): number | undefined {
    for (let step = 0; step < this.nodes.length; step += 1) {
      const each = (at + step) % this.nodes.length;
      if (this.nodes[each]?.blockchain !== undefined) return each;
    }
    return undefined;
  }

  /** Makes a block. @returns whether it will be one: undefined while the node's disk may refuse it */
  mine(at: number): void {
    const blockchain = this.nodes[at]?.blockchain;
    blockchain?.mine().then(
      (block) => {
        this.mined += 1;
        void this.#learn(block, blockchain);
      },
      (error: unknown) => this.#refused("mine", error),
    );
  }

  /** One transaction of the node's own account: a payment, a gift, its token, or some of it. */
  pay(at: number, random: SeededRandom): void {
    const blockchain = this.nodes[at]?.blockchain;
    if (blockchain === undefined) return;
    const to = this.nodes[random.integer(this.nodes.length)]?.id ?? "";
    const terms = { fee: BigInt(random.integer(2_000)) };
    const amount = BigInt(1 + random.integer(100_000));
    const ticker = tickers[at] ?? "";
    const token = blockchain.getToken(ticker);
    const roll = random.float();
    const isToken = roll < 0.25 && ticker !== "" && !this.#deployed.has(at);
    if (isToken) this.#deployed.add(at);
    const written = isToken
      ? blockchain.deployToken({ ticker, name: ticker }, terms)
      : roll < 0.25 && token !== undefined
        ? blockchain.transferToken(token.id, to, 1n, terms)
        : roll < 0.6
          ? blockchain.donate(amount, terms)
          : blockchain.transfer(to, amount, terms);
    written.then(
      (id) => void this.submitted.set(id, at),
      (error: unknown) => {
        if (isToken) this.#deployed.delete(at);
        this.#refused("pay", error);
      },
    );
  }

  readonly #deployed = new Set<number>();

  #refused(what: string, error: unknown): void {
    const verdict = SwarmError.is(error) ? String(error.detail?.["verdict"] ?? error.code) : undefined;
    this.count(`${what} refused ${verdict ?? ""}`);
    if (verdict === undefined) this.breach("escaped", `${what}: ${String(error)}`);
  }

  /** What a node had when it died it has when it comes back. */
  #opened(at: number): void {
    const tip = this.nodes[at]?.blockchain?.getStats().tip;
    const [now, before] = [this.book.get(tip ?? ""), this.book.get(this.#told.get(at) ?? "")];
    if (before === undefined) return;
    this.count("came back");
    if (now !== undefined && now.work < before.work)
      this.breach("forgot", `node ${at} held height ${before.height} and came back with ${now.height}`);
  }

  #heard(at: number, name: EventName, detail: unknown): void {
    const facts = typeof detail === "object" && detail !== null ? new Map(Object.entries(detail)) : new Map();
    switch (name) {
      case "block:connected":
        return this.#connected(at, String(facts.get("id")));
      case "chain:reorg":
        this.count(name);
        if (Number(facts.get("depth")) > 3) this.count("chain:reorg deeper than 3");
        return;
      case "tx:dropped":
        return this.count(`${name} ${String(facts.get("reason"))}`);
      case "pool:unsaved":
        this.count(name);
        return void this.#unsaved.set(at, [...(this.#unsaved.get(at) ?? []), ...listOf(facts.get("transactions"))]);
      case "peer:banned":
        this.count(name);
        if (this.#honest.has(String(facts.get("peer"))))
          this.breach("blamed the honest", `node ${at} banned an honest one for ${String(facts.get("code"))}`);
        return;
      case "handler:failed":
        // How a node that does not take part yet, or any more, says so.
        if (codeOf(facts.get("error"), "") === "CHAIN_PEER_BUSY") return this.count("asked in vain");
        return this.breach("escaped", `node ${at}: ${String(facts.get("where"))}: ${String(facts.get("error"))}`);
      default:
        return this.count(name);
    }
  }

  #connected(at: number, id: string): void {
    this.#told.set(at, id);
    this.#o.connected?.(id, at);
    const page = this.book.get(id);
    if (page?.isValid === true) return this.book.hold(page);
    if (page !== undefined) return this.breach("took an invalid block", `node ${at}, height ${page.height}`);
    const blockchain = this.nodes[at]?.blockchain;
    if (blockchain === undefined || this.#learning.has(id)) return;
    this.#learning.add(id);
    void blockchain.getBlock(id).then((block) => block && this.#learn(block, blockchain));
  }

  async #learn(block: Block, from: BlockchainSync): Promise<void> {
    this.#learning.delete(block.id);
    await this.book.learn(block, from);
  }
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
