import {
  type Account,
  encodeBody,
  encodeSealedHeader,
  encodeTransaction,
  type NamedTransaction,
  nameTransaction,
} from "@swarm-space/chain-sync";
import type { SeededRandom, VirtualClock } from "@swarm-space/testkit";
import { ancestorOf, type Book, chainOf, type Page } from "./book.ts";
import type { LiarEar, LiarLane } from "./chain-node.ts";

/** Ways to lie. Each liar speaks the protocol well but for one. */
export const lies = Object.freeze([
  /** Tells of the best chain, and answers nothing. */
  "promises",
  /** Tells of the best chain, gives its headers, and says of each body that it is not here. */
  "empty hands",
  /** Gives other bodies than those that were asked for. */
  "other bodies",
  /** Announces every transaction it hears of at once, and never gives one. */
  "hoarder",
  /** Makes a block whose state root is a lie. */
  "invalid block",
  /** Makes a branch of more work than any, with an invalid block in its midst. */
  "heavier invalid branch",
  /** Makes a higher chain of less work, backfilled on schedule since the genesis. */
  "taller lighter chain",
  /** Makes a heavier valid branch, gives its headers, and keeps its bodies. */
  "withheld branch",
  /** Tells of a block at a great height on a parent that nobody has. */
  "lying height",
  /** Sends what is no message. */
  "rubbish",
  /** Gives transactions that their senders never signed. */
  "forged transactions",
] as const);
export type Lie = (typeof lies)[number];

export interface LiarOptions {
  readonly lie: Lie;
  readonly account: Account;
  readonly book: Book;
  readonly clock: VirtualClock;
  readonly random: SeededRandom;
  readonly lane: () => LiarLane;
  /** The lie bit: somebody asked, and got what he got. */
  readonly bit: () => void;
}

/** Blocks of a branch that outweighs every other when it is made. */
const branchBlocks = 4;
/** So much higher than the honest chain is one that is to win by height, and so far apart are its blocks. */
const tallExtra = 12;
const tallStepMs = 600_000;
const greatHeight = 1_000_000;
const never = new Promise<never>(() => {});

/** One liar. It knows every block of the seed at once, as one with better lines than all others might. */
export class Liar implements LiarEar {
  readonly #o: LiarOptions;
  /** The end of the chain that it claims. */
  #end: Page | undefined;
  #forged: NamedTransaction | undefined;

  constructor(o: LiarOptions) {
    this.#o = o;
  }

  /** Lies anew. Called from time to time while the weather lasts. */
  async act(): Promise<void> {
    const { lie, random, bit } = this.#o;
    if (lie === "hoarder") return;
    if (lie === "rubbish") {
      bit();
      return this.#tellAll(random.pick([{ kind: "tip", header: new Uint8Array(3) }, 7, { kind: "have", ids: [] }]));
    }
    if (lie === "forged transactions") {
      this.#forged = this.#forge();
      return this.#tellAll({ kind: "have", ids: [Buffer.from(this.#forged.fullId, "hex")] });
    }
    const end = await this.#claim();
    if (end === undefined) return;
    this.#end = end;
    this.#tellAll({ kind: "tip", header: encodeSealedHeader(end.block.sealed) });
  }

  /** A hoarder is first with all that it hears. */
  heard(message: unknown): void {
    if (this.#o.lie === "hoarder" && isKind(message, "have")) this.#tellAll(message);
  }

  asked(question: unknown): Promise<unknown> {
    const { lie, bit } = this.#o;
    if (isKind(question, "getTransactions")) {
      if (lie === "hoarder" || lie === "forged transactions") bit();
      if (this.#forged === undefined) return never;
      return Promise.resolve({ kind: "transactions", transactions: [encodeTransaction(this.#forged.transaction)] });
    }
    if (this.#end === undefined) return never;
    const chain = chainOf(this.#end);
    if (isKind(question, "getHeaders")) {
      if (lie === "taller lighter chain" || lie === "lying height") bit();
      if (lie === "promises") return never;
      return Promise.resolve({ kind: "headers", headers: headersAfter(idsOf(question, "locator"), chain) });
    }
    if (lie === "promises" || lie === "withheld branch") {
      bit();
      return never;
    }
    return Promise.resolve({ kind: "bodies", bodies: this.#bodies(idsOf(question, "ids"), chain) });
  }

  /** The chain that it tells of next; undefined: none that would serve it. */
  async #claim(): Promise<Page | undefined> {
    const { lie, book, account, clock } = this.#o;
    const { best } = book;
    const now = Math.floor(clock.wall());
    const own = { producer: account, now };
    switch (lie) {
      case "invalid block":
        return book.forge(best, { ...own, isSpoilt: true });
      case "heavier invalid branch":
      case "withheld branch": {
        // As long as nobody has more work the last one does.
        if (this.#end !== undefined && this.#end.work > best.work) return this.#end;
        let end = ancestorOf(best, Math.max(0, best.height - 1));
        for (let at = 0; at < branchBlocks; at += 1)
          end = await book.forge(end, { ...own, isSpoilt: lie === "heavier invalid branch" && at === 1 });
        return end;
      }
      case "taller lighter chain": {
        let end = this.#end ?? book.genesis;
        while (end.height < best.height + tallExtra)
          end = await book.forge(end, { ...own, now: book.genesis.time + (end.height + 1) * tallStepMs });
        return end.work < best.work ? end : undefined;
      }
      case "lying height":
        return book.orphan(best, { height: greatHeight + best.height, parent: this.#o.random.bytes(32) });
      default:
        return best;
    }
  }

  #bodies(ids: readonly string[], chain: readonly Page[]): (Uint8Array | null)[] {
    const { lie, bit } = this.#o;
    const byId = new Map(chain.map((page) => [page.id, page]));
    return ids.map((id) => {
      const page = byId.get(id);
      if (lie === "empty hands" || page?.isValid === false) bit();
      if (page === undefined || lie === "empty hands") return null;
      const body = page.block.transactions.map(({ transaction }) => transaction);
      if (lie !== "other bodies") return encodeBody(body);
      bit();
      return encodeBody([...body, this.#forge().transaction]);
    });
  }

  /** A gift to the reward pool of somebody else's money, and no signature of his. */
  #forge(): NamedTransaction {
    const { book, account, random } = this.#o;
    const { producer } = book.best.block.sealed.header;
    const from = book.best.height === 0 ? account : producer;
    return nameTransaction({
      version: 1,
      chainId: book.genesis.id,
      type: 2,
      from,
      nonce: book.rules.machine.standing(book.stateOf(book.best), from).nonce,
      fee: BigInt(random.integer(1_000)),
      expiryHeight: greatHeight,
      payload: Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]),
      signature: new Uint8Array(64),
    });
  }

  #tellAll(message: unknown): void {
    const lane = this.#o.lane();
    for (const peer of lane.peers()) lane.tell(peer, message);
  }
}

function headersAfter(locator: readonly string[], chain: readonly Page[]): Uint8Array {
  const known = new Set(locator);
  const fork = chain.findLastIndex(({ id }) => known.has(id));
  return Uint8Array.from(Buffer.concat(chain.slice(fork + 1).map(({ block }) => encodeSealedHeader(block.sealed))));
}

function isKind(message: unknown, kind: string): message is object {
  return typeof message === "object" && message !== null && "kind" in message && message.kind === kind;
}

/** Ids in hexadecimal, whatever was sent. */
function idsOf(question: unknown, field: string): readonly string[] {
  if (typeof question !== "object" || question === null) return [];
  const ids: unknown = Object.entries(question).find(([key]) => key === field)?.[1];
  return Array.isArray(ids)
    ? ids.flatMap((id) => (id instanceof Uint8Array ? [Buffer.from(id).toString("hex")] : []))
    : [];
}
