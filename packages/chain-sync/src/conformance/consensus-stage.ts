import { blockIdOf } from "../hashing/ids.ts";
import type { Ancestor, Consensus, SealTools } from "../model/consensus.ts";
import type { Header, SealedHeader } from "../model/header.ts";
import { zeroHash } from "../model/hex.ts";
import type { SignatureVerifier } from "../model/signature-claim.ts";
import type { Verdict } from "../model/verdict.ts";

export interface Producer {
  readonly account: string;
  readonly sign: SealTools["sign"];
}

/** A consensus under test. A random id must not meet its difficulty: 2¹⁶ is well. */
export interface ConsensusSubject {
  readonly consensus: Consensus;
  readonly verifier: SignatureVerifier;
  /** Who may produce: all that take turns, or anybody. */
  readonly producers: readonly Producer[];
  /** Unix ms. */
  readonly genesisTime: number;
  readonly blockTimeMs: number;
}

export interface StagedHeader {
  readonly sealed: SealedHeader;
  readonly parent: Ancestor;
  readonly askedAt: number;
}

const headersOfChain = 4;

/** Makes a chain as a network would: whoever has the turn produces, at the time that it is given. */
export async function mineChain(subject: ConsensusSubject, length = headersOfChain): Promise<readonly StagedHeader[]> {
  const { consensus, genesisTime, blockTimeMs } = subject;
  const chain: StagedHeader[] = [];
  let parent: Ancestor = {
    id: zeroHash,
    height: 0,
    time: genesisTime,
    difficulty: consensus.firstDifficulty,
    work: 0n,
    parent: undefined,
  };
  while (chain.length < length) {
    const askedAt = parent.time + (chain.length % 3 === 2 ? 1 : blockTimeMs);
    const staged = await produce(subject, parent, askedAt);
    chain.push(staged);
    const { header } = staged.sealed;
    const work = parent.work + consensus.work(header.difficulty);
    parent = {
      id: blockIdOf(header),
      height: header.height,
      time: header.time,
      difficulty: header.difficulty,
      work,
      parent,
    };
  }
  return chain;
}

async function produce(subject: ConsensusSubject, parent: Ancestor, now: number): Promise<StagedHeader> {
  const { consensus, producers } = subject;
  let soonest: number | undefined;
  for (const { account, sign } of producers) {
    const turn = consensus.turn(parent, account, now);
    if (!turn.ok) {
      if (turn.retryAt !== undefined && turn.retryAt <= now) throw new Error("asked again at the time of the question");
      soonest = Math.min(soonest ?? Number.POSITIVE_INFINITY, turn.retryAt ?? Number.POSITIVE_INFINITY);
      continue;
    }
    const header: Header = {
      version: 1,
      chainId: "c0".repeat(32),
      height: parent.height + 1,
      parent: parent.id,
      time: turn.time,
      transactionRoot: zeroHash,
      stateRoot: zeroHash,
      transactionCount: 0,
      bodyBytes: 2,
      difficulty: turn.difficulty,
      nonce: 0n,
      producer: account,
    };
    const signal = new AbortController().signal;
    const sealed = await consensus.seal(Object.freeze(header), { signal, sign, pause: async () => {} });
    return { sealed, parent, askedAt: now };
  }
  if (soonest === undefined || !Number.isFinite(soonest)) throw new Error("nobody ever has a turn");
  return produce(subject, parent, soonest);
}

/** Both checks, as a node makes them. */
export function judge({ consensus }: ConsensusSubject, sealed: SealedHeader, parent: Ancestor): Verdict {
  const alone = consensus.checkAlone(sealed, blockIdOf(sealed.header));
  return alone.ok ? consensus.checkInPlace(sealed.header, parent) : alone;
}

export async function holdsSeal({ consensus, verifier }: ConsensusSubject, sealed: SealedHeader): Promise<boolean> {
  const claim = consensus.sealClaim(sealed, blockIdOf(sealed.header));
  if (claim === undefined) return true;
  const [answer] = await verifier.verifyBatch([claim]);
  return answer === true;
}
