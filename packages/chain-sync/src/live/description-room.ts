import { codeOf } from "@swarm-space/core";
import { encodeMark } from "../codec/description-codec.ts";
import { descriptionClaim } from "../hashing/description-id.ts";
import { bytesOf, domainHash } from "../hashing/domains.ts";
import { readToken } from "../ledger/token-rules.ts";
import type { Hash } from "../model/hex.ts";
import type { SignatureVerifier } from "../model/signature-claim.ts";
import type { StateView } from "../model/state.ts";
import { type DescriptionMark, isNewer, type NamedDescription } from "../model/token-description.ts";
import { accepted, type Refusal, refuse, type Verdict } from "../model/verdict.ts";
import type { DescriptionStore } from "../store/description-store.ts";
import type { TellChain } from "./chain-events.ts";

export interface DescriptionRoomOptions {
  readonly chainId: Hash;
  readonly store: DescriptionStore;
  readonly verifier: SignatureVerifier;
  /** Of the active tip. */
  state(): StateView;
  /** Monotonic ms. */
  now(): number;
  readonly tell: TellChain;
}

/** Tokens whose descriptions are kept. */
const mostKept = 4_096;
/** A token has another description so often at most: an owner cannot make all nodes send without end. */
const leastIntervalMs = 60_000;

interface KeptMark extends DescriptionMark {
  /** Monotonic ms; -Infinity: of an earlier life. */
  readonly since: number;
}

/** The newest description of each token, signed by its owner, as far as this node has them. */
export class DescriptionRoom {
  readonly #o: DescriptionRoomOptions;
  readonly #kept = new Map<Hash, KeptMark>();

  constructor(o: DescriptionRoomOptions) {
    this.#o = o;
  }

  /** Takes up what an earlier life kept. */
  async open(): Promise<void> {
    for await (const { token, seq, contentHash, description } of this.#o.store.all()) {
      if (this.#kept.size >= mostKept) break;
      if (description.chainId !== this.#o.chainId) continue;
      this.#kept.set(token, { token, seq, contentHash, since: Number.NEGATIVE_INFINITY });
    }
  }

  /** Of all tokens that the present state has. */
  marks(): readonly DescriptionMark[] {
    return [...this.#kept.values()].filter(({ token }) => readToken(this.#o.state(), token) !== undefined);
  }

  /** Equal where two nodes have the same. */
  fingerprint(): Uint8Array {
    const sorted = this.marks().toSorted((one, other) => (one.token < other.token ? -1 : 1));
    const joined = sorted.flatMap((mark) => [...encodeMark(mark)]);
    return bytesOf(domainHash("swarm/meta/1", Uint8Array.from(joined))).subarray(0, 8);
  }

  /** Whether one of this mark would be taken now. */
  judge(mark: DescriptionMark): Verdict {
    const token = readToken(this.#o.state(), mark.token);
    if (token === undefined) return refuse("DESCRIPTION_TOKEN");
    if (token.closedAt > 0 && token.metaHash !== mark.contentHash) return refuse("DESCRIPTION_CLOSED");
    const kept = this.#kept.get(mark.token);
    if (kept === undefined) return this.#kept.size < mostKept ? accepted : refuse("DESCRIPTION_FULL");
    if (!isNewer(mark, kept)) return refuse("DESCRIPTION_STALE");
    return this.#o.now() - kept.since < leastIntervalMs ? refuse("DESCRIPTION_SOON") : accepted;
  }

  async get(token: Hash): Promise<NamedDescription | undefined> {
    const mark = this.#kept.get(token);
    const named = mark === undefined ? undefined : await this.#o.store.get(token);
    return named?.contentHash === mark?.contentHash ? named : undefined;
  }

  /** @param isOwn written at this node: on the medium before it is told of */
  async take(named: NamedDescription, isOwn: boolean): Promise<Verdict> {
    const { chainId, verifier, store, state, now, tell } = this.#o;
    if (named.description.chainId !== chainId) return refuse("WRONG_CHAIN");
    const refused = this.#refusal(named, isOwn);
    const owner = readToken(state(), named.token)?.owner;
    if (refused !== undefined || owner === undefined) return refused ?? refuse("DESCRIPTION_TOKEN");
    const [isSigned] = await verifier.verifyBatch([descriptionClaim(named, owner)]);
    if (isSigned !== true) return refuse("DESCRIPTION_SIGNATURE");
    // Another may have come while the signature was checked.
    const late = this.#refusal(named, isOwn);
    if (late !== undefined) return late;
    const { token, seq, contentHash } = named;
    const before = this.#kept.get(token);
    this.#kept.set(token, { token, seq, contentHash, since: now() });
    try {
      await store.put(named, { durable: isOwn });
    } catch (error) {
      if (before === undefined) this.#kept.delete(token);
      else this.#kept.set(token, before);
      return refuse("INTERNAL", codeOf(error, "STORE_FAILED"));
    }
    tell("token:described", { token, seq, contentHash });
    return accepted;
  }

  #refusal(mark: DescriptionMark, isOwn: boolean): Refusal | undefined {
    const verdict = this.judge(mark);
    return verdict.ok || (isOwn && verdict.code === "DESCRIPTION_SOON") ? undefined : verdict;
  }
}
