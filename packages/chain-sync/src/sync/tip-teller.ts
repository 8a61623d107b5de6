import type { Clock } from "@swarm-space/core";
import { ancestorAt, type HeaderNode } from "../chain/header-tree.ts";
import { encodeSealedHeader } from "../codec/header-codec.ts";
import type { NodeChain } from "../live/node-chain.ts";
import type { NamedTransaction } from "../model/transaction.ts";
import type { PeerRoom } from "./peer-room.ts";
import { packShortIds } from "./short-ids.ts";
import { syncLimits } from "./sync-limits.ts";
import type { Delivery, SyncPeer } from "./sync-peer.ts";
import type { OwnMessage } from "./wire.ts";

type Tip = OwnMessage & { readonly kind: "tip" };

interface Means {
  readonly chain: Pick<NodeChain, "tip" | "tipBody">;
  readonly clock: Clock;
  readonly peers: Pick<PeerRoom, "all">;
  isCatchingUp(): boolean;
  /** Of the pool. */
  fingerprint(): Uint8Array;
  /** Settles when it arrived or was given up, at once where the peer is told nothing; never rejects. */
  send(peer: SyncPeer, message: Tip, delivery: Delivery): Promise<void>;
}

/**
 * Tells the peers where the active chain ends: at once, many moves of one turn as one; on the way to a better one, at its end. No
 * peer is told more often than `tipsTold`: what it is not told now, the end of a while later is told for.
 */
export class TipTeller {
  readonly #means: Means;
  #waiting: Disposable | undefined;
  #isOpen = true;

  constructor(means: Means) {
    this.#means = means;
  }

  moved(): void {
    this.#tellIn(0);
  }

  /** The end, and what waits, to compare. One that was told enough just now is left out. */
  greet(peers: readonly SyncPeer[]): void {
    const message = { ...this.#tip(), pool: this.#means.fingerprint() };
    for (const peer of peers) this.#tell(peer, message, "best");
  }

  /** It may not know our end. */
  remind(peer: SyncPeer): void {
    if (peer.told === this.#means.chain.tip.id) return;
    if (!this.#tell(peer, this.#tip(), "best")) this.#tellLater();
  }

  close(): void {
    this.#isOpen = false;
    this.#waiting?.[Symbol.dispose]();
  }

  #tip(): Tip {
    return { kind: "tip", header: encodeSealedHeader(this.#means.chain.tip.sealed) };
  }

  #tellLater(): void {
    this.#tellIn(1_000 / syncLimits.tipsTold.perSecond);
  }

  #tellIn(afterMs: number): void {
    const { clock, isCatchingUp } = this.#means;
    this.#waiting?.[Symbol.dispose]();
    this.#waiting = clock.timer(afterMs, () => {
      this.#waiting = undefined;
      if (!this.#isOpen) return;
      if (isCatchingUp()) return this.#tellIn(syncLimits.stallMs);
      this.#tellAll();
    });
  }

  /**
   * Who is not known to have it. The transactions are named, too: who has them all has the block with this one letter. To one that
   * heard of none of them their names say nothing.
   */
  #tellAll(): void {
    const { chain, peers } = this.#means;
    const { tip, tipBody } = chain;
    const lacking = peers.all.filter((peer) => peer.told !== tip.id && !holds(peer, tip));
    if (lacking.length === 0) return;
    const bare = this.#tip();
    const isFew = tipBody !== undefined && tipBody.length <= syncLimits.shortIds;
    const named = isFew ? { ...bare, short: packShortIds(tipBody) } : bare;
    for (const peer of lacking)
      if (!this.#tell(peer, mayHave(peer, tipBody ?? []) ? named : bare, "all")) this.#tellLater();
  }

  /** False where it must wait for its turn. */
  #tell(peer: SyncPeer, message: Tip, delivery: Delivery): boolean {
    const { chain, clock, send } = this.#means;
    if (peer.tipsUnderWay >= syncLimits.tipsTold.capacity || !peer.allowed.tipsTold.take(1, clock.now())) return false;
    peer.told = chain.tip.id;
    peer.tipsUnderWay += 1;
    void send(peer, message, delivery).then(() => {
      peer.tipsUnderWay -= 1;
    });
    return true;
  }
}

function mayHave({ known }: SyncPeer, transactions: readonly NamedTransaction[]): boolean {
  return transactions.length === 0 || transactions.some(({ fullId }) => known.has(fullId));
}

function holds({ best }: SyncPeer, tip: HeaderNode): boolean {
  return best !== undefined && ancestorAt(best, tip.height) === tip;
}
