import type { HeaderStatus } from "../model/chain-store.ts";
import type { Ancestor, Consensus } from "../model/consensus.ts";
import type { ForkChoice } from "../model/fork-choice.ts";
import type { SealedHeader } from "../model/header.ts";
import type { BlockId } from "../model/hex.ts";

/** One valid header in the tree of all. */
export interface HeaderNode extends Ancestor {
  readonly sealed: SealedHeader;
  readonly parent: HeaderNode | undefined;
  /** A node further back, so that a walk to any height takes few steps. */
  readonly skip: HeaderNode | undefined;
  readonly children: HeaderNode[];
  status: HeaderStatus;
}

/**
 * Every header that passed its checks, from the genesis on, each with the work of its chain. Which of them is the active
 * chain is somebody else's matter; that an ancestor is invalid is known here at once.
 */
export class HeaderTree {
  readonly genesis: HeaderNode;
  readonly #nodes = new Map<BlockId, HeaderNode>();
  readonly #consensus: Pick<Consensus, "work">;
  readonly #forkChoice: ForkChoice;
  #best: HeaderNode;

  constructor(
    genesis: { readonly id: BlockId; readonly sealed: SealedHeader },
    consensus: Pick<Consensus, "work">,
    forkChoice: ForkChoice,
  ) {
    this.#consensus = consensus;
    this.#forkChoice = forkChoice;
    this.genesis = {
      ...fieldsOf(genesis.id, genesis.sealed),
      work: 0n,
      parent: undefined,
      skip: undefined,
      status: "valid",
    };
    this.#nodes.set(genesis.id, this.genesis);
    this.#best = this.genesis;
  }

  get size(): number {
    return this.#nodes.size;
  }

  /** The best end of headers that are not known to be invalid, bodies or not. */
  get best(): HeaderNode {
    return this.#best;
  }

  get(id: BlockId): HeaderNode | undefined {
    return this.#nodes.get(id);
  }

  /** Adds a header whose checks it passed. One that stands here already is given back as it is. */
  add(id: BlockId, sealed: SealedHeader, parent: HeaderNode, status: HeaderStatus = "header"): HeaderNode {
    const known = this.#nodes.get(id);
    if (known !== undefined) return known;
    const fields = fieldsOf(id, sealed);
    const node: HeaderNode = {
      ...fields,
      work: parent.work + this.#consensus.work(fields.difficulty),
      parent,
      skip: ancestorAt(parent, skipHeight(fields.height)),
      status: parent.status === "invalid" ? "invalid" : status,
    };
    parent.children.push(node);
    this.#nodes.set(id, node);
    if (node.status !== "invalid" && this.#forkChoice.compare(node, this.#best) > 0) this.#best = node;
    return node;
  }

  /** Condemns a block and all that stands on it. Gives those that were not invalid before. */
  invalidate(node: HeaderNode): readonly HeaderNode[] {
    const condemned: HeaderNode[] = [];
    const waiting = [node];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (next.status !== "invalid") condemned.push(next);
      next.status = "invalid";
      waiting.push(...next.children);
    }
    if (this.#best.status === "invalid") this.#best = this.#findBest();
    return condemned;
  }

  /** Every header, parents before children. */
  *nodes(): Generator<HeaderNode> {
    yield* this.#nodes.values();
  }

  #findBest(): HeaderNode {
    let best = this.genesis;
    for (const node of this.#nodes.values()) {
      if (node.status !== "invalid" && this.#forkChoice.compare(node, best) > 0) best = node;
    }
    return best;
  }
}

function fieldsOf(id: BlockId, sealed: SealedHeader) {
  const { height, time, difficulty } = sealed.header;
  return { id, height, time, difficulty, sealed, children: [] as HeaderNode[] };
}

/** Bitcoin's rule: even heights lose their lowest bit, odd ones a few. From any height every other is about log² steps away. */
function skipHeight(height: number): number {
  if (height < 2) return 0;
  const withoutLowest = (value: number) => value & (value - 1);
  return height % 2 === 1 ? withoutLowest(withoutLowest(height - 1)) + 1 : withoutLowest(height);
}

/** The ancestor of this height, `node` itself included; undefined above it. */
export function ancestorAt(node: HeaderNode, height: number): HeaderNode | undefined {
  if (height > node.height || height < 0) return undefined;
  let at: HeaderNode | undefined = node;
  while (at !== undefined && at.height > height) {
    const { skip }: HeaderNode = at;
    at = skip !== undefined && skip.height >= height ? skip : at.parent;
  }
  return at;
}

/** Where two branches part. In one tree they always meet. */
export function forkOf(one: HeaderNode, other: HeaderNode): HeaderNode {
  const height = Math.min(one.height, other.height);
  let [a, b] = [ancestorAt(one, height) ?? one, ancestorAt(other, height) ?? other];
  while (a !== b && a.parent !== undefined && b.parent !== undefined) {
    const [x, y]: readonly [HeaderNode | undefined, HeaderNode | undefined] = [a.skip, b.skip];
    const canSkip = x !== undefined && y !== undefined && x !== y && x.height === y.height;
    [a, b] = canSkip ? [x, y] : [a.parent, b.parent];
  }
  return a;
}

/** The nodes above `from` up to `to`, lowest first. `from` must be an ancestor. */
export function pathBetween(from: HeaderNode, to: HeaderNode): readonly HeaderNode[] {
  const path: HeaderNode[] = [];
  for (let at: HeaderNode | undefined = to; at !== undefined && at.height > from.height; at = at.parent) path.push(at);
  return path.reverse();
}
