import { checkHeaderAlone, checkHeaderInPlace } from "../chain/header-checks.ts";
import type { HeaderNode, HeaderTree } from "../chain/header-tree.ts";
import type { ChainRules } from "../chain/rules.ts";
import type { NamedHeader } from "../model/header.ts";
import type { BlockId } from "../model/hex.ts";
import type { SignatureClaim, SignatureVerifier } from "../model/signature-claim.ts";
import { accepted, type Refusal, refuse, type Verdict } from "../model/verdict.ts";
import type { RecentIds } from "./recent-ids.ts";

/** What became of a run of headers: those that stand in the tree now, and why it ended before its end. */
export interface HeadersTaken {
  readonly verdict: Verdict;
  /** Known ones and new ones, in their order. */
  readonly nodes: readonly HeaderNode[];
  readonly added: readonly HeaderNode[];
}

interface Intake {
  readonly rules: ChainRules;
  readonly tree: HeaderTree;
  readonly verifier: SignatureVerifier;
  /** Headers that never got into the tree, and never will. */
  readonly condemned: RecentIds;
  /** Unix ms. */
  readonly now: number;
}

/** Cheap checks first, then the seals of what passed them in one batch, then one after the other into the tree. */
export async function takeHeaders(intake: Intake, run: readonly NamedHeader[]): Promise<HeadersTaken> {
  const gap = run.findIndex(({ sealed }, at) => at > 0 && sealed.header.parent !== run[at - 1]?.id);
  if (gap > 0) return { verdict: refuse("HEADERS_NOT_CONTIGUOUS"), nodes: [], added: [] };
  const unsealed = await badSeals(intake, run);
  const nodes: HeaderNode[] = [];
  const added: HeaderNode[] = [];
  for (const each of run) {
    const outcome = place(intake, each, unsealed);
    if ("ok" in outcome) {
      if (outcome.blames === "id") intake.condemned.add(each.id);
      return { verdict: outcome, nodes, added };
    }
    if (outcome.isNew) added.push(outcome.node);
    nodes.push(outcome.node);
  }
  return { verdict: accepted, nodes, added };
}

function place(
  { rules, tree, condemned, now }: Intake,
  { id, sealed }: NamedHeader,
  unsealed: ReadonlySet<BlockId>,
): Refusal | { readonly node: HeaderNode; readonly isNew: boolean } {
  const known = tree.get(id);
  if (known !== undefined)
    return known.status === "invalid"
      ? refuse("ANCESTOR_INVALID", "it is known to be invalid")
      : { node: known, isNew: false };
  if (condemned.has(id)) return refuse("ANCESTOR_INVALID", "it is known to be invalid");
  if (condemned.has(sealed.header.parent)) return refuse("ANCESTOR_INVALID");
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

/** Of headers that could stand in the tree: what is homeless, or no header of this chain, is not worth a signature's check. */
async function badSeals({ rules, tree, verifier }: Intake, run: readonly NamedHeader[]): Promise<ReadonlySet<BlockId>> {
  const [first] = run;
  if (first === undefined || tree.get(first.sealed.header.parent) === undefined) return new Set();
  const claims: { readonly id: BlockId; readonly claim: SignatureClaim }[] = [];
  for (const { id, sealed } of run) {
    const claim = rules.consensus.sealClaim(sealed, id);
    if (claim === undefined || tree.get(id) !== undefined) continue;
    if (!checkHeaderAlone(rules, sealed, id).ok) break;
    claims.push({ id, claim });
  }
  if (claims.length === 0) return new Set();
  const answers = await verifier.verifyBatch(claims.map(({ claim }) => claim));
  return new Set(claims.filter((_, at) => answers[at] !== true).map(({ id }) => id));
}
