import {
  type Ancestor,
  type Block,
  type BlockchainSync,
  type BlockId,
  blockIdOf,
  type ChainRules,
  draftBlock,
  expandDifficulty,
  type StateTree,
  sealDraft,
} from "@swarm-space/chain-sync";

/** A block that somebody made, where it stands. */
export interface Page extends Ancestor {
  readonly block: Block;
  readonly parent: Page | undefined;
  /** It and all that it stands on follow the rules. */
  readonly isValid: boolean;
  /** An honest node made it, or connected it. */
  isHeld: boolean;
  /** Of a valid one; reckoned when it is asked for. */
  state: StateTree | undefined;
}

const tools = {
  signal: new AbortController().signal,
  sign: async () => new Uint8Array(64),
  pause: async () => {},
};

/** Every block of a seed, of the honest and of the liars, as the seed itself knows it: what each chain is worth is reckoned here. */
export class Book {
  readonly rules: ChainRules;
  readonly genesis: Page;
  readonly #pages = new Map<BlockId, Page>();
  #best: Page;

  constructor(rules: ChainRules) {
    this.rules = rules;
    const { block, state } = rules.genesis;
    this.genesis = { ...factsOf(block), work: 0n, block, parent: undefined, isValid: true, isHeld: true, state };
    this.#pages.set(block.id, this.genesis);
    this.#best = this.genesis;
  }

  get(id: BlockId): Page | undefined {
    return this.#pages.get(id);
  }

  /** The best that an honest node has: most work, then height, then the lower id. Not asked of the code that is on trial. */
  get best(): Page {
    return this.#best;
  }

  /** An honest node made it, or connected it. */
  hold(page: Page): void {
    page.isHeld = true;
    if (isBetter(page, this.#best)) this.#best = page;
  }

  /** A block on a page that is here. */
  add(block: Block, parent: Page, isValid = true): Page {
    const known = this.#pages.get(block.id);
    if (known !== undefined) return known;
    const facts = factsOf(block);
    const work = parent.work + (expandDifficulty(facts.difficulty) ?? 0n);
    const page = { ...facts, work, block, parent, isValid: isValid && parent.isValid, isHeld: false, state: undefined };
    this.#pages.set(block.id, page);
    return page;
  }

  /** A block of an honest node, with those below it that nobody told of: their maker died when it had written them. */
  async learn(block: Block, from: BlockchainSync): Promise<Page | undefined> {
    const unknown = [block];
    for (let id = block.sealed.header.parent; this.get(id) === undefined; ) {
      const below = await from.getBlock(id);
      if (below === undefined) return undefined;
      unknown.push(below);
      id = below.sealed.header.parent;
    }
    let page: Page | undefined;
    for (const each of unknown.reverse()) {
      const parent = this.get(each.sealed.header.parent);
      if (parent !== undefined) page = this.add(each, parent);
      if (page !== undefined) this.hold(page);
    }
    return page;
  }

  stateOf(page: Page): StateTree {
    if (page.state !== undefined || page.parent === undefined) return page.state ?? this.rules.genesis.state;
    const before = this.stateOf(page.parent);
    const { height, time, producer } = page.block.sealed.header;
    const transactions = page.block.transactions.map(({ transaction }) => transaction);
    const applied = this.rules.machine.applyBlock(before, { height, time, producer }, transactions);
    page.state = applied.ok ? before.with(applied.delta) : before;
    return page.state;
  }

  /**
   * Makes a block as a liar with real work would.
   * @param o.now Unix ms of its clock
   * @param o.isSpoilt its state root is a lie
   */
  async forge(parent: Page, o: { readonly producer: string; readonly now: number; readonly isSpoilt?: boolean }) {
    const draft = draftBlock(this.rules, parent, this.stateOf(parent), [], o);
    if (!draft.ok) throw new RangeError("proof of work has no turns");
    const header = o.isSpoilt === true ? { ...draft.header, stateRoot: "5b".repeat(32) } : draft.header;
    const block = await sealDraft(this.rules, { ...draft, header }, tools);
    return this.add(block, parent, o.isSpoilt !== true);
  }

  /** A header with real work, on a parent that nobody has. It stands in no chain. */
  async orphan(
    like: Page,
    { height, parent }: { readonly height: number; readonly parent: Uint8Array },
  ): Promise<Page> {
    const header = { ...like.block.sealed.header, height, parent: Buffer.from(parent).toString("hex") };
    const block = await sealDraft(this.rules, { ok: true, header, transactions: [] }, tools);
    return { ...like, ...factsOf(block), block, parent: this.genesis, isValid: false, isHeld: false, state: undefined };
  }
}

/** From the block after the genesis up to this one. */
export function chainOf(page: Page): readonly Page[] {
  const chain: Page[] = [];
  for (let at: Page | undefined = page; at?.parent !== undefined; at = at.parent) chain.push(at);
  return chain.reverse();
}

export function ancestorOf(page: Page, height: number): Page {
  let at = page;
  while (at.height > height && at.parent !== undefined) at = at.parent;
  return at;
}

export function isBetter(one: Page, other: Page): boolean {
  if (one.work !== other.work) return one.work > other.work;
  if (one.height !== other.height) return one.height > other.height;
  return one.id < other.id;
}

function factsOf(block: Block) {
  const { height, time, difficulty } = block.sealed.header;
  return { id: blockIdOf(block.sealed.header), height, time, difficulty };
}
