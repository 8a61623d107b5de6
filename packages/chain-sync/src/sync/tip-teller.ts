import type { Clock } from "@swarm-space/core";
import { ancestorAt } from "../chain/header-tree.ts";
import type { NodeChain } from "../live/node-chain.ts";
import type { ChainStore } from "../model/chain-store.ts";
import type { NamedTransaction } from "../model/transaction.ts";
import type { PeerRoom } from "./peer-room.ts";
import { packShortIds } from "./short-ids.ts";
import { syncLimits } from "./sync-limits.ts";
import type { SyncPeer } from "./sync-peer.ts";
import type { OwnMessage } from "./wire.ts";

type Tip = OwnMessage & { readonly kind: "tip" };

interface Means {
  readonly chain: NodeChain;
  readonly clock: Clock;
  readonly store: ChainStore;
  readonly peers: PeerRoom;
  isCatchingUp(): boolean;
  tip(): Tip;
  tell(peer: SyncPeer, message: Tip): void;
}

/** Tells the peers where the active chain ends: at once, many moves of one turn as one; on the way to a better one, at its end. */
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

  close(): void {
    this.#isOpen = false;
    this.#waiting?.[Symbol.dispose]();
  }

  #tellIn(afterMs: number): void {
    const { clock, isCatchingUp } = this.#means;
    this.#waiting?.[Symbol.dispose]();
    this.#waiting = clock.timer(afterMs, () => {
      this.#waiting = undefined;
      if (!this.#isOpen) return;
      if (isCatchingUp()) return this.#tellIn(syncLimits.stallMs);
      void this.#tell();
    });
  }

  /** To who is not known to have it. The transactions are named, too: who has them all has the block with this one letter. */
  async #tell(): Promise<void> {
    const { chain, store, peers } = this.#means;
    const { tip } = chain;
    const body = await store.body(tip).catch(() => undefined);
    if (!this.#isOpen || chain.tip !== tip) return;
    const message = { ...this.#means.tip(), ...(isFew(body) ? { short: packShortIds(body) } : {}) };
    for (const peer of peers.all) {
      const { best } = peer;
      const hasIt = best !== undefined && ancestorAt(best, tip.height) === tip;
      if (!hasIt && peer.told !== tip.id) this.#means.tell(peer, message);
    }
  }
}

function isFew(body: readonly NamedTransaction[] | undefined): body is readonly NamedTransaction[] {
  return body !== undefined && body.length <= syncLimits.shortIds;
}
