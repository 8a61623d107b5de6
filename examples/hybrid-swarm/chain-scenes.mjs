/** Blocks while roads die: one made at one node is to be at all others, and who was away fetches the rest in the middle of it. */

export class ChainScenes {
  #nodes;
  /** When a block came to stand in a node's chain: by node's name, then by block's id, wall milliseconds. */
  #arrivals = new Map();
  #heights = new Map();
  /** Milliseconds from the miner to the last of the others, one for each block that was watched; infinite where it did not come. */
  spreads = [];
  /** How many blocks the late one had, and lacked, when a road was killed. */
  cuts = [];

  /** @param {import("../local-swarm/node-processes.mjs").NodeProcesses} nodes */
  constructor(nodes) {
    this.#nodes = nodes;
  }

  /** What nodes tell. */
  hear({ name, kind, id, height, at }) {
    if (kind !== "block") return;
    if (!this.#arrivals.has(name)) this.#arrivals.set(name, new Map());
    this.#arrivals.get(name).set(id, at);
    this.#heights.set(name, height);
  }

  /** Highest block that anybody told of. */
  get height() {
    return Math.max(0, ...this.#heights.values());
  }

  /** Coins, a donation and a token. */
  async endow(miner, ticker, withinMs) {
    const wanted = this.height + 2;
    this.#nodes.order({ kind: "endow", ticker }, miner);
    await this.#allAt(wanted, withinMs);
  }

  /** One block; resolves when it is at all others, or did not come. */
  async spread(miner, withinMs) {
    const before = new Set(this.#arrivals.get(miner)?.keys());
    this.#nodes.order({ kind: "mine", blocks: 1 }, miner);
    const own = () => [...(this.#arrivals.get(miner)?.entries() ?? [])].find(([id]) => !before.has(id));
    const timesOf = ([id]) => this.#names.map((name) => this.#arrivals.get(name)?.get(id));
    const isEverywhere = () => own() !== undefined && timesOf(own()).every((at) => at !== undefined);
    const isThere = await this.#within(isEverywhere, withinMs, "a block to be at all nodes");
    this.spreads.push(isThere ? Math.max(...timesOf(own())) - own()[1] : Number.POSITIVE_INFINITY);
  }

  /** `late` takes no part while `miner` makes blocks. */
  async runAhead(late, miner, blocks, withinMs) {
    const wanted = this.height + blocks;
    this.#nodes.order({ kind: "part" }, late);
    this.#nodes.order({ kind: "mine", blocks }, miner);
    const others = this.#names.filter((name) => name !== late);
    await this.#within(() => others.every((name) => this.#heights.get(name) >= wanted), withinMs, "blocks");
  }

  /** `late` takes part again; resolves to a function that judges whether what happened meanwhile fell into its catching up. */
  async catchUp(late, withinMs) {
    const [from, to] = [this.#heights.get(late), this.height];
    this.#nodes.order({ kind: "rejoin" }, late);
    await this.#within(() => this.#heights.get(late) > from, withinMs, "the first block of many");
    return () => this.cuts.push({ had: this.#heights.get(late) - from, lacked: to - this.#heights.get(late) });
  }

  /** Resolves to false where it did not come to that. */
  #allAt(height, withinMs) {
    return this.#within(() => this.#names.every((name) => this.#heights.get(name) >= height), withinMs, "one height");
  }

  /** Resolves to false where somebody does not have what the highest has. */
  allTogether(withinMs) {
    return this.#allAt(this.height, withinMs);
  }

  get #names() {
    return this.#nodes.all.map(({ name }) => name);
  }

  #within(condition, withinMs, what) {
    return this.#nodes.until(condition, withinMs, what).then(
      () => true,
      () => false,
    );
  }
}
