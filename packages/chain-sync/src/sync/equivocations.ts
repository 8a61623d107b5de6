import { concatBytes } from "@noble/hashes/utils.js";
import type { EventBus } from "@swarm-space/core";
import { checkHeaderAlone } from "../chain/header-checks.ts";
import type { HeaderTree } from "../chain/header-tree.ts";
import type { ChainRules } from "../chain/rules.ts";
import { encodeSealedHeader } from "../codec/header-codec.ts";
import { openHeader } from "../hashing/ids.ts";
import type { NamedHeader } from "../model/header.ts";
import type { Account } from "../model/hex.ts";
import { chainLimits } from "../model/limits.ts";
import type { SignatureVerifier } from "../model/signature-claim.ts";
import { accepted, refuse, type Verdict } from "../model/verdict.ts";
import type { Court } from "./court.ts";
import type { PeerRoom } from "./peer-room.ts";
import type { SyncPeer } from "./sync-peer.ts";
import type { TellSync } from "./tell-sync.ts";
import type { OwnMessage } from "./wire.ts";

export type EquivocationMessage = OwnMessage & { readonly kind: "equivocation" };

interface Means {
  readonly rules: Pick<ChainRules, "consensus" | "genesis">;
  readonly verifier: SignatureVerifier;
  readonly court: Court;
  readonly peers: Pick<PeerRoom, "all">;
  readonly tell: TellSync;
  send(peer: SyncPeer, message: EquivocationMessage): void;
}

/** Producers whose broken word is remembered and shown; of further ones nothing is. Half of what a peer may announce at once. */
const mostBroken = 16;
/** Turns whose first header is remembered. */
const mostTurns = 4_096;

/**
 * Producers that sealed two blocks for one turn. The proof is two headers, good for everybody: it is told here, and shown to each
 * peer once. Nothing else follows of it: a fork choice that knew what only some nodes know would part them for ever.
 */
export class Equivocations {
  readonly #means: Means;
  readonly #first = new Map<string, NamedHeader>();
  readonly #broken = new Map<Account, EquivocationMessage>();

  constructor(means: Means) {
    this.#means = means;
  }

  get count(): number {
    return this.#broken.size;
  }

  /** Takes up what the tree has, and then the blocks that this node makes: nobody brings those. @returns the undo */
  follow(events: EventBus, tree: HeaderTree): () => void {
    this.note(tree.nodes());
    return events.on("block:connected", ({ id }) => {
      const node = tree.get(id);
      if (node !== undefined) this.#note(node);
    });
  }

  /** Headers whose seals were checked. */
  note(headers: Iterable<NamedHeader>): void {
    for (const each of headers) this.#note(each);
  }

  /** What was shown before the peer came. */
  greet(peer: SyncPeer): void {
    for (const message of this.#broken.values()) this.#means.send(peer, message);
  }

  /** A proof, as a peer says. */
  async hear(peer: SyncPeer, { headers }: EquivocationMessage): Promise<void> {
    const { court } = this.#means;
    const [one, other] = [0, chainLimits.sealedHeaderBytes].map((at) =>
      openHeader(headers.subarray(at, at + chainLimits.sealedHeaderBytes)),
    );
    if (one === undefined || other === undefined) return;
    if (!one.ok) return court.refused(peer.id, one);
    if (!other.ok) return court.refused(peer.id, other);
    if (this.#broken.has(one.value.sealed.header.producer)) return;
    const verdict = await this.#judge(one.value, other.value);
    if (verdict.ok) this.#show(one.value, other.value);
    else court.refused(peer.id, verdict);
  }

  #note(header: NamedHeader): void {
    const turn = this.#turnOf(header);
    if (turn === undefined) return;
    const first = this.#first.get(turn);
    if (first !== undefined && first.id !== header.id) this.#show(first, header);
    if (first !== undefined) return;
    this.#first.set(turn, header);
    for (const oldest of this.#first.keys()) {
      if (this.#first.size <= mostTurns) break;
      this.#first.delete(oldest);
    }
  }

  async #judge(one: NamedHeader, other: NamedHeader): Promise<Verdict> {
    const { rules, verifier } = this.#means;
    const turn = this.#turnOf(one);
    if (turn === undefined || turn !== this.#turnOf(other) || one.id === other.id)
      return refuse("MALFORMED", "two headers that prove nothing");
    for (const { sealed, id } of [one, other]) {
      const alone = checkHeaderAlone(rules, sealed, id);
      if (!alone.ok) return alone;
    }
    const claims = [one, other].flatMap(({ sealed, id }) => rules.consensus.sealClaim(sealed, id) ?? []);
    const answers = await verifier.verifyBatch(claims);
    return claims.length === 2 && answers.every((isSealed) => isSealed) ? accepted : refuse("HEADER_SEAL");
  }

  #turnOf({ sealed: { header } }: NamedHeader): string | undefined {
    const slot = header.height === 0 ? undefined : this.#means.rules.consensus.slotOf?.(header);
    return slot === undefined ? undefined : `${header.producer}/${slot}`;
  }

  #show(one: NamedHeader, other: NamedHeader): void {
    const { tell, peers, send } = this.#means;
    const { producer } = one.sealed.header;
    if (this.#broken.has(producer) || this.#broken.size >= mostBroken) return;
    const headers = concatBytes(...[one, other].map(({ sealed }) => encodeSealedHeader(sealed)));
    const message: EquivocationMessage = { kind: "equivocation", headers };
    this.#broken.set(producer, message);
    tell("producer:equivocated", { producer, blocks: [one.id, other.id] });
    for (const peer of peers.all) send(peer, message);
  }
}
