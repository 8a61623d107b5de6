import { checkHeaderAlone, checkHeaderInPlace } from "../chain/header-checks.ts";
import type { HeaderNode, HeaderTree } from "../chain/header-tree.ts";
import type { ChainRules } from "../chain/rules.ts";
import type { NamedHeader } from "../model/header.ts";
import type { BlockId } from "../model/hex.ts";
import type { SignatureVerifier } from "../model/signature-claim.ts";
import { accepted, type Refusal, refuse, type Verdict } from "../model/verdict.ts";

/** What became of a run of headers: those that stand in the tree now, and why it ended before its end. */
export interface HeadersTaken {
  readonly verdict: Verdict;
  /** Known ones and new ones, in their order. */
  readonly nodes: readonly HeaderNode[];
  readonly added: readonly HeaderNode[];
}

/** Cheap checks of all, then the seals of the new ones in one batch, then one after the other into the tree. */
export async function takeHeaders(
  {
    rules,
    tree,
    verifier,
    now,
  }: {
    readonly rules: ChainRules;
    readonly tree: HeaderTree;
    readonly verifier: SignatureVerifier;
    readonly now: number;
  },
  run: readonly NamedHeader[],
): Promise<HeadersTaken> {
  const gap = run.findIndex(({ sealed }, at) => at > 0 && sealed.header.parent !== run[at - 1]?.id);
  if (gap > 0) return { verdict: refuse("HEADERS_NOT_CONTIGUOUS"), nodes: [], added: [] };
  const unsealed = await badSeals(rules, tree, verifier, run);
  const nodes: HeaderNode[] = [];
  const added: HeaderNode[] = [];
  for (const each of run) {
    const outcome = place(rules, tree, each, now, unsealed);
    if ("ok" in outcome) return { verdict: outcome, nodes, added };
    if (outcome.isNew) added.push(outcome.node);
    nodes.push(outcome.node);
  }
  return { verdict: accepted, nodes, added };
}

function place(
  rules: ChainRules,
  tree: HeaderTree,
  { id, sealed }: NamedHeader,
  now: number,
  unsealed: ReadonlySet<BlockId>,
): Refusal | { readonly node: HeaderNode; readonly isNew: boolean } {
  const known = tree.get(id);
  if (known !== undefined)
    return known.status === "invalid"
      ? refuse("ANCESTOR_INVALID", "it is known to be invalid")
      : { node: known, isNew: false };
  const alone = checkHeaderAlone(rules, sealed, id);
  if (!alone.ok) return alone;
  const parent = tree.get(sealed.header.parent);
  if (parent === undefined) return refuse("HEADER_ORPHAN");
  if (parent.status === "invalid") return refuse("ANCESTOR_INVALID");
  const inPlace = checkHeaderInPlace(rules, sealed, parent, now);
  if (!inPlace.ok) return inPlace;
  if (unsealed.has(id)) return refuse("HEADER_SEAL");
  return { node: tree.add(id, sealed, parent), isNew: true };
}

async function badSeals(
  { consensus }: ChainRules,
  tree: HeaderTree,
  verifier: SignatureVerifier,
  run: readonly NamedHeader[],
): Promise<ReadonlySet<BlockId>> {
  const claims = run.flatMap(({ id, sealed }) => {
    const claim = tree.get(id) === undefined ? consensus.sealClaim(sealed, id) : undefined;
    return claim === undefined ? [] : [{ id, claim }];
  });
  if (claims.length === 0) return new Set();
  const answers = await verifier.verifyBatch(claims.map(({ claim }) => claim));
  return new Set(claims.filter((_, at) => answers[at] !== true).map(({ id }) => id));
}
