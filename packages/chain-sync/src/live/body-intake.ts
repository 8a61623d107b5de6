import { checkBody } from "../chain/block-checks.ts";
import type { HeaderNode, HeaderTree } from "../chain/header-tree.ts";
import type { BlockId } from "../model/hex.ts";
import type { NamedTransaction } from "../model/transaction.ts";
import { accepted, type Refusal, refuse, type Verdict } from "../model/verdict.ts";

/** A body as it comes: without its header, which is known. */
export interface BlockBody {
  readonly id: BlockId;
  readonly transactions: readonly NamedTransaction[];
}

/** Bodies that were held against their headers and are not on the medium yet. */
export type BodiesAtHand = ReadonlyMap<HeaderNode, readonly NamedTransaction[]>;

/** What became of following a branch: a word on the way as a whole, and why blocks fell. */
export interface Followed {
  readonly verdict: Verdict;
  readonly condemned: ReadonlyMap<HeaderNode, Refusal>;
}

/** A body's node, if it is one that this node can use. */
export function placeOfBody(tree: HeaderTree, { id, transactions }: BlockBody): HeaderNode | Refusal {
  const node = tree.get(id);
  if (node === undefined) return refuse("HEADER_ORPHAN", "its header is not known");
  if (node.status === "invalid") return refuse("ANCESTOR_INVALID", "it is known to be invalid");
  const verdict = node.status === "header" ? checkBody(node.sealed.header, transactions) : accepted;
  return verdict.ok ? node : verdict;
}
