import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes } from "@noble/hashes/utils.js";
import { encodeHeader } from "../codec/header-codec.ts";
import { blockPreimage } from "../hashing/ids.ts";
import type { ChainParameters } from "../model/chain-parameters.ts";
import type { Ancestor, Consensus, SealTools } from "../model/consensus.ts";
import type { Header, SealedHeader } from "../model/header.ts";
import { chainLimits } from "../model/limits.ts";
import { accepted, refuse } from "../model/verdict.ts";
import { compactDifficulty, expandDifficulty, targetOf } from "./difficulty.ts";
import { nextDifficulty, permittedRange } from "./lwma.ts";
import { medianTime } from "./median-time.ts";

/** About 10 ms of search. */
const hashesPerPause = 4_096;
const mostNonce = 0xffff_ffff_ffff_ffffn;

/**
 * Proof of work: a block's id, read as a number, must not be above 2²⁵⁶ / difficulty; the difficulty follows from the
 * ancestors. At a browser's difficulty it protects against accidents and bores, not against real hash power.
 */
export function powSha256(
  parameters: Pick<ChainParameters, "leastDifficulty" | "blockTimeMs" | "retargetWindow">,
): Consensus {
  const { blockTimeMs, retargetWindow: window } = parameters;
  const least = BigInt(parameters.leastDifficulty);
  const demanded = (parent: Ancestor) => compactDifficulty(nextDifficulty(parent, { blockTimeMs, window, least }));
  return Object.freeze({
    id: "pow-sha256",
    firstDifficulty: compactDifficulty(least),
    checkAlone({ header, seal }: SealedHeader, id: string) {
      if (seal.some((byte) => byte !== 0)) return refuse("HEADER_SEAL", "under proof of work the seal is zeros");
      const difficulty = expandDifficulty(header.difficulty);
      if (difficulty === undefined || difficulty < least)
        return refuse("HEADER_DIFFICULTY", "below the network's least");
      return BigInt(`0x${id}`) <= targetOf(difficulty) ? accepted : refuse("HEADER_WORK");
    },
    sealClaim: () => undefined,
    checkInPlace(header: Header, parent: Ancestor) {
      const wanted = demanded(parent);
      return header.difficulty === wanted
        ? accepted
        : refuse("HEADER_DIFFICULTY", `its ancestors demand ${wanted}, it says ${header.difficulty}`);
    },
    permitsTransition(parentDifficulty: number, difficulty: number) {
      const [before, after] = [expandDifficulty(parentDifficulty), expandDifficulty(difficulty)];
      if (before === undefined || after === undefined || after < least) return false;
      const { lower, upper } = permittedRange(before);
      return difficulty >= compactDifficulty(lower) && after <= upper;
    },
    work: (difficulty: number) => expandDifficulty(difficulty) ?? 0n,
    turn: (parent: Ancestor, _producer: string, now: number) => ({
      ok: true as const,
      time: Math.max(now, medianTime(parent) + 1),
      difficulty: demanded(parent),
    }),
    seal: search,
  });
}

/** Tries nonces from the header's own upwards. */
async function search(header: Header, { signal, pause }: SealTools): Promise<SealedHeader> {
  const target = targetOf(expandDifficulty(header.difficulty) ?? 1n);
  const bytes = concatBytes(blockPreimage, encodeHeader(header));
  const view = new DataView(bytes.buffer);
  const nonceAt = bytes.length - 40;
  for (let tried = 0, nonce = header.nonce; nonce <= mostNonce; tried += 1, nonce += 1n) {
    if (tried % hashesPerPause === 0) {
      if (tried > 0) await pause();
      signal.throwIfAborted();
    }
    view.setBigUint64(nonceAt, nonce);
    if (meets(sha256(bytes), target))
      return { header: { ...header, nonce }, seal: new Uint8Array(chainLimits.sealBytes) };
  }
  throw new RangeError("no nonce is left");
}

/** The first eight bytes decide nearly always. */
function meets(digest: Uint8Array, target: bigint): boolean {
  const view = new DataView(digest.buffer, digest.byteOffset, 32);
  let value = view.getBigUint64(0);
  if (value > target >> 192n) return false;
  for (let at = 8; at < 32; at += 8) value = (value << 64n) | view.getBigUint64(at);
  return value <= target;
}
