import { medianTime } from "../consensus/median-time.ts";
import type { Ancestor } from "../model/consensus.ts";
import type { SealedHeader } from "../model/header.ts";
import type { BlockId } from "../model/hex.ts";
import { chainLimits } from "../model/limits.ts";
import { accepted, refuse, type Verdict } from "../model/verdict.ts";
import { headerVersion } from "./genesis.ts";
import type { ChainRules } from "./rules.ts";

type HeaderRules = Pick<ChainRules, "consensus" | "genesis">;

/** What can be judged of a header by itself. Cheap; proof of work is in it, so a flood of headers costs its sender. */
export function checkHeaderAlone({ consensus, genesis }: HeaderRules, sealed: SealedHeader, id: BlockId): Verdict {
  const { header } = sealed;
  if (header.version !== headerVersion) return refuse("HEADER_VERSION", `version ${header.version}`);
  if (header.chainId !== genesis.block.id) return refuse("HEADER_CHAIN");
  if (header.height < 1) return refuse("HEADER_HEIGHT", "there is one genesis");
  if (header.transactionCount > chainLimits.transactionsPerBlock || header.bodyBytes > chainLimits.bodyBytes) {
    return refuse("HEADER_LIMIT");
  }
  return consensus.checkAlone(sealed, id);
}

/**
 * What needs the ancestors and the time.
 * @param now Unix ms. Only "not yet" comes of it: time never makes a header invalid
 */
export function checkHeaderInPlace(
  { consensus }: HeaderRules,
  sealed: SealedHeader,
  parent: Ancestor,
  now: number,
): Verdict {
  const { header } = sealed;
  if (header.height !== parent.height + 1) {
    return refuse("HEADER_HEIGHT", `height ${header.height} on a parent of ${parent.height}`);
  }
  const median = medianTime(parent);
  if (header.time <= median) return refuse("HEADER_TIME", `time ${header.time}, the median is ${median}`);
  const verdict = consensus.checkInPlace(header, parent);
  if (!verdict.ok) return verdict;
  return header.time > now + chainLimits.maxFutureMs ? refuse("HEADER_FUTURE") : accepted;
}
