import type { Header, SealedHeader } from "./header.ts";
import type { Account, BlockId } from "./hex.ts";
import type { SignatureClaim } from "./signature-claim.ts";
import type { Verdict } from "./verdict.ts";

/** One valid header on the way back to the genesis: what the rules read of it. */
export interface Ancestor {
  readonly id: BlockId;
  readonly height: number;
  /** Unix ms. */
  readonly time: number;
  readonly difficulty: number;
  /** Of all headers from the genesis to this one. */
  readonly work: bigint;
  /** Undefined for the genesis. */
  readonly parent: Ancestor | undefined;
}

/** What a producer may write into the next header. */
export interface Turn {
  readonly ok: true;
  readonly time: number;
  readonly difficulty: number;
}

/** Not yet: ask again at this time (Unix ms); undefined: never. */
export interface NoTurn {
  readonly ok: false;
  readonly retryAt: number | undefined;
}

/** What a producer needs of its node. */
export interface SealTools {
  readonly signal: AbortSignal;
  /** By the producer's key; as the kernel's `Identity.sign`. */
  sign(domain: string, bytes: Uint8Array): Promise<Uint8Array>;
  /** Lets others run. Called about every 10 ms of search. */
  pause(): Promise<void>;
}

/** Which headers are good, what each is worth, and how one is made. All but `seal` is pure and synchronous. */
export interface Consensus {
  readonly id: string;
  /** The difficulty that the genesis has. */
  readonly firstDifficulty: number;
  /** Rules that need the header alone, its proof of work for example; and that the seal has the right form. */
  checkAlone(sealed: SealedHeader, id: BlockId): Verdict;
  /** What must be signed for the seal to hold: false is `HEADER_SEAL`. Undefined where seals are no signatures. */
  sealClaim(sealed: SealedHeader, id: BlockId): SignatureClaim | undefined;
  /** Rules that need the ancestors: difficulty, turn. Height, link and time are checked before it is asked. */
  checkInPlace(header: Header, parent: Ancestor): Verdict;
  /** Whether a header of the one difficulty may ever follow one of the other: for headers whose ancestors are not kept. */
  permitsTransition(parentDifficulty: number, difficulty: number): boolean;
  /** What a header adds to its chain's work: more than 0, and never more than it cost. */
  work(difficulty: number): bigint;
  /**
   * The turn that a header takes, where its producer has one block of each and no more: two sealed ones of one turn prove that its
   * word was broken. Absent where nobody gives such a word, as under proof of work.
   */
  slotOf?(header: Header): number;
  /** @param now Unix ms; the turn's time is at least this, and above the median of the ancestors */
  turn(parent: Ancestor, producer: Account, now: number): Turn | NoTurn;
  /** Finds the nonce or signs. Aborted: rejects with the signal's reason. */
  seal(header: Header, o: SealTools): Promise<SealedHeader>;
}
