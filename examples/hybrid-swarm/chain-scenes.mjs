/** Blocks while roads die: one made at one node is to be at all others, and many are fetched while one dies. */

export class ChainScenes {
  #nodes;
  /** When a block came to stand in a node's chain: by node's name, then by block's id, wall milliseconds. */
  #arrivals = new Map();
  #heights = new Map();
  /** Milliseconds from the miner to the last of the others, one for each block that was watched; infinite where it did not come. */
  spreads = [];
  /** How many blocks the others had of many, and lacked, when a road was killed. */
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

  /** `miner` makes blocks while it takes no part, so that nobody else has them. */
  async runAhead(miner, blocks, withinMs) {
    const wanted = this.height + blocks;
    this.#nodes.order({ kind: "part" }, miner);
    this.#nodes.order({ kind: "mine", blocks }, miner);
    await this.#within(() => this.#heights.get(miner) >= wanted, withinMs, "blocks");
  }

  /** `miner` takes part again; resolves as soon as another has the first of its blocks, to a function that notes how far they are then. */
  async catchUp(miner, withinMs) {
    const others = this.#names.filter((name) => name !== miner);
    const heights = () => others.map((name) => this.#heights.get(name) ?? 0);
    const [from, to] = [Math.max(...heights()), this.height];
    this.#nodes.order({ kind: "rejoin" }, miner);
    await this.#within(() => heights().some((height) => height > from), withinMs, "the first block of many");
    return () => this.cuts.push({ had: Math.max(...heights()) - from, lacked: to - Math.min(...heights()) });
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
