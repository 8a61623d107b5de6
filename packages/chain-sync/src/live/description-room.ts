import { codeOf } from "@swarm-space/core";
import { encodeMark } from "../codec/description-codec.ts";
import { descriptionClaim } from "../hashing/description-id.ts";
import { bytesOf, domainHash } from "../hashing/domains.ts";
import { readSlot, slots } from "../ledger/kept-values.ts";
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
  /** Tokens whose descriptions are kept. */
  readonly most?: number;
}

/** Tokens whose descriptions are kept. */
const mostKept = 4_096;
/** A token has another description so often at most: an owner cannot make all nodes send without end. */
const leastIntervalMs = 60_000;

/** Which of two tokens has the place of the last: what its owner gave to the reward pool, then for how long it stands. */
interface Worth {
  readonly token: Hash;
  readonly given: bigint;
  readonly deployedAt: number;
}

interface KeptMark extends DescriptionMark {
  /** Monotonic ms; -Infinity: of an earlier life. */
  readonly since: number;
}

/** The newest description of each token, signed by its owner, as far as this node has them. */
export class DescriptionRoom {
  readonly #o: DescriptionRoomOptions;
  readonly #most: number;
  readonly #kept = new Map<Hash, KeptMark>();
  /** The kept one of the least worth in this state. */
  #least: (Worth & { readonly state: StateView }) | undefined;

  constructor(o: DescriptionRoomOptions) {
    this.#o = o;
    this.#most = o.most ?? mostKept;
  }

  /** Takes up what an earlier life kept. */
  async open(): Promise<void> {
    for await (const { token, seq, contentHash, description } of this.#o.store.all()) {
      if (this.#kept.size >= this.#most) break;
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
    if (kept === undefined) return this.#hasRoom(mark.token) ? accepted : refuse("DESCRIPTION_FULL");
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
    const isOver = before === undefined && this.#kept.size >= this.#most;
    const gone = isOver ? this.#kept.get(this.#worst().token) : undefined;
    this.#swap(gone?.token, { token, seq, contentHash, since: now() });
    try {
      await store.put(named, { durable: isOwn, instead: gone?.token });
    } catch (error) {
      this.#swap(token, before ?? gone);
      return refuse("INTERNAL", codeOf(error, "STORE_FAILED"));
    }
    tell("token:described", { token, seq, contentHash });
    return accepted;
  }

  #swap(out: Hash | undefined, into: KeptMark | undefined): void {
    this.#least = undefined;
    if (out !== undefined) this.#kept.delete(out);
    if (into !== undefined) this.#kept.set(into.token, into);
  }

  /** Tokens cost nothing to deploy where blocks have room: a crowd of them keeps nobody out who gave to the pool. */
  #hasRoom(token: Hash): boolean {
    return this.#kept.size < this.#most || isWorthLess(this.#worst(), this.#worth(token));
  }

  #worst(): Worth {
    const state = this.#o.state();
    if (this.#least?.state !== state) {
      const all = Array.from(this.#kept.keys(), (token) => this.#worth(token));
      const worst = all.reduce((one, other) => (isWorthLess(other, one) ? other : one));
      this.#least = { ...worst, state };
    }
    return this.#least;
  }

  /** One that the state does not have goes first. */
  #worth(id: Hash): Worth {
    const state = this.#o.state();
    const token = readToken(state, id);
    const given = token === undefined ? -1n : readSlot(state, slots.contribution(token.owner)).total;
    return { token: id, given, deployedAt: token?.deployedAt ?? 0 };
  }

  #refusal(mark: DescriptionMark, isOwn: boolean): Refusal | undefined {
    const verdict = this.judge(mark);
    return verdict.ok || (isOwn && verdict.code === "DESCRIPTION_SOON") ? undefined : verdict;
  }
}

/** The same for every node on one state, so that all keep the same ones. */
function isWorthLess(one: Worth, other: Worth): boolean {
  if (one.given !== other.given) return one.given < other.given;
  return one.deployedAt === other.deployedAt ? one.token > other.token : one.deployedAt > other.deployedAt;
}
