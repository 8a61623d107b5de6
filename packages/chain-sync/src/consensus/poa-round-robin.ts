import { isSoundKey, SwarmError } from "@swarm-space/core";
import { bytesOf, signingDomains } from "../hashing/domains.ts";
import { blockIdOf } from "../hashing/ids.ts";
import type { ChainParameters } from "../model/chain-parameters.ts";
import type { Ancestor, Consensus, SealTools } from "../model/consensus.ts";
import type { Header, SealedHeader } from "../model/header.ts";
import { accepted, refuse } from "../model/verdict.ts";
import { medianTime } from "./median-time.ts";

/** Every block counts one. */
const onlyDifficulty = 1;

/**
 * Proof of authority: the parameters name the producers, and time is cut into slots of `blockTimeMs` from the genesis; the
 * producers take turns, one block a slot at most. For networks whose members trust them.
 * @throws SwarmError `CHAIN_PARAMETERS_INVALID` for no producers, one twice, or a key that is none
 */
export function poaRoundRobin(
  parameters: Pick<ChainParameters, "producers" | "genesisTime" | "blockTimeMs">,
): Consensus {
  const { producers, genesisTime, blockTimeMs } = parameters;
  checkProducers(producers);
  const slotAt = (time: number) => Math.floor((time - genesisTime) / blockTimeMs);
  const inTurn = (slot: number) => producers[slot % producers.length];
  return Object.freeze({
    id: "poa-round-robin",
    firstDifficulty: onlyDifficulty,
    checkAlone({ header }: SealedHeader) {
      if (header.difficulty !== onlyDifficulty)
        return refuse("HEADER_DIFFICULTY", "under authority each block counts one");
      if (header.nonce !== 0n) return refuse("HEADER_WORK", "under authority the nonce is 0");
      const slot = slotAt(header.time);
      return slot >= 0 && header.producer === inTurn(slot) ? accepted : refuse("HEADER_PRODUCER");
    },
    sealClaim: ({ header, seal }: SealedHeader, id: string) => ({
      account: header.producer,
      domain: signingDomains.seal,
      bytes: bytesOf(id),
      signature: seal,
    }),
    checkInPlace: (header: Header, parent: Ancestor) =>
      parent.height === 0 || slotAt(header.time) > slotAt(parent.time)
        ? accepted
        : refuse("HEADER_PRODUCER", "its slot is not after its parent's"),
    permitsTransition: (parentDifficulty: number, difficulty: number) =>
      parentDifficulty === onlyDifficulty && difficulty === onlyDifficulty,
    slotOf: ({ time }: Header) => slotAt(time),
    work: () => 1n,
    turn(parent: Ancestor, producer: string, now: number) {
      const at = producers.indexOf(producer);
      if (at < 0) return { ok: false as const, retryAt: undefined };
      const earliest = Math.max(now, medianTime(parent) + 1, genesisTime);
      const slot = slotAt(earliest);
      const isFree = parent.height === 0 || slot > slotAt(parent.time);
      if (isFree && inTurn(slot) === producer) return { ok: true as const, time: earliest, difficulty: onlyDifficulty };
      const next = isFree ? slot : slotAt(parent.time) + 1;
      const wait = (((at - next) % producers.length) + producers.length) % producers.length;
      const own = next + wait > slot ? next + wait : next + wait + producers.length;
      return { ok: false as const, retryAt: genesisTime + own * blockTimeMs };
    },
    async seal(header: Header, { signal, sign }: SealTools) {
      signal.throwIfAborted();
      return { header, seal: await sign(signingDomains.seal, bytesOf(blockIdOf(header))) };
    },
  });
}

function checkProducers(producers: readonly string[]): void {
  const unsound = producers.find((producer) => !isSoundKey(bytesOf(producer)));
  if (producers.length > 0 && new Set(producers).size === producers.length && unsound === undefined) return;
  throw new SwarmError(
    "CHAIN_PARAMETERS_INVALID",
    unsound === undefined
      ? "poa-round-robin needs producers, each named once."
      : `The producer ${unsound} is no sound Ed25519 key.`,
    { detail: { path: "producers" } },
  );
}

/** Two sealed headers of one producer in one slot: proof, for everybody, that it broke its word. The seals must be checked. */
export function isEquivocation(
  one: SealedHeader,
  other: SealedHeader,
  { genesisTime, blockTimeMs }: Pick<ChainParameters, "genesisTime" | "blockTimeMs">,
): boolean {
  const slot = ({ header }: SealedHeader) => Math.floor((header.time - genesisTime) / blockTimeMs);
  return (
    one.header.producer === other.header.producer &&
    one.header.chainId === other.header.chainId &&
    slot(one) === slot(other) &&
    blockIdOf(one.header) !== blockIdOf(other.header)
  );
}
