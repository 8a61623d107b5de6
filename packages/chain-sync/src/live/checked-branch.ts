import { checkTransactionsAlone, signatureClaims } from "../chain/block-checks.ts";
import type { HeaderNode } from "../chain/header-tree.ts";
import type { Block } from "../model/block.ts";
import type { SignatureVerifier } from "../model/signature-claim.ts";
import type { NamedTransaction } from "../model/transaction.ts";
import { type Refusal, refuse } from "../model/verdict.ts";

/** Transactions whose signatures are checked in one batch: those of one block, or of many small ones. */
const transactionsPerRun = 64;
/** Runs under way beside the one whose blocks are connected: other threads have something to check meanwhile. */
const runsAhead = 4;

/** A block of a branch, and what is wrong with it whatever the state before it. */
export interface CheckedBlock {
  readonly node: HeaderNode;
  readonly block: Block;
  readonly fault: Refusal | undefined;
}

interface Sources {
  readonly verifier: SignatureVerifier;
  /** A block's transactions. @throws where they are not here */
  body(node: HeaderNode): Promise<readonly NamedTransaction[]>;
}

/**
 * The blocks of a branch in their order; the transactions of each that was never connected are checked. A throw comes in its own
 * block's turn. What is under way behind the last block that was asked for ends by itself, unheard.
 */
export async function* checkedBranch(
  branch: readonly HeaderNode[],
  sources: Sources,
): AsyncGenerator<CheckedBlock, void> {
  const runs = runsOf(branch);
  const underWay: (readonly Promise<CheckedBlock>[])[] = [];
  const begin = () => {
    const { value } = runs.next();
    if (value !== undefined) underWay.push(checkRun(value, sources));
  };
  for (let ahead = 0; ahead < runsAhead; ahead += 1) begin();
  for (begin(); underWay.length > 0; begin()) for (const checked of underWay.shift() ?? []) yield await checked;
}

/** By what the headers say: no body is read before its run begins. */
function* runsOf(branch: readonly HeaderNode[]): Generator<readonly HeaderNode[], undefined> {
  let [from, transactions] = [0, 0];
  for (const [at, { sealed }] of branch.entries()) {
    transactions += sealed.header.transactionCount;
    const isFull = transactions >= transactionsPerRun || at - from >= transactionsPerRun;
    if (!isFull && at < branch.length - 1) continue;
    yield branch.slice(from, at + 1);
    [from, transactions] = [at + 1, 0];
  }
}

/** One promise for each block, none of which is missed where it rejects and nobody asks for it any more. */
function checkRun(nodes: readonly HeaderNode[], { verifier, body }: Sources): readonly Promise<CheckedBlock>[] {
  const bodies = nodes.map((node) => body(node));
  const answers = verifyAll(nodes, bodies, verifier);
  const checked = nodes.map(async (node, at): Promise<CheckedBlock> => {
    const transactions = (await bodies[at]) ?? [];
    const block = { id: node.id, sealed: node.sealed, transactions };
    if (node.status === "valid") return { node, block, fault: undefined };
    const alone = checkTransactionsAlone(node.sealed.header, transactions);
    if (!alone.ok) return { node, block, fault: alone };
    const unsigned = (await answers)[at]?.indexOf(false) ?? -1;
    const fault =
      unsigned < 0 ? undefined : refuse("BLOCK_SIGNATURE", `number ${unsigned} is not signed by its sender`);
    return { node, block, fault };
  });
  for (const each of [answers, ...checked]) each.catch(() => undefined);
  return checked;
}

/** For each block whether its transactions are signed: all in one batch, without those that hold already, or are not here. */
async function verifyAll(
  nodes: readonly HeaderNode[],
  bodies: readonly Promise<readonly NamedTransaction[]>[],
  verifier: SignatureVerifier,
): Promise<readonly (readonly boolean[])[]> {
  const found = await Promise.allSettled(bodies);
  const claims = found.map((each, at) =>
    each.status === "fulfilled" && nodes[at]?.status !== "valid" ? signatureClaims(each.value) : [],
  );
  const all = claims.flat();
  const answers = all.length === 0 ? [] : await verifier.verifyBatch(all);
  let end = 0;
  return claims.map(({ length }) => {
    end += length;
    return answers.slice(end - length, end);
  });
}
