import type { Clock } from "@swarm-space/core";
import type { HeaderNode } from "../chain/header-tree.ts";
import { makeLocator } from "../chain/locator.ts";
import { openHeader } from "../hashing/ids.ts";
import type { NodeChain } from "../live/node-chain.ts";
import type { NamedHeader } from "../model/header.ts";
import type { BlockId } from "../model/hex.ts";
import { chainLimits } from "../model/limits.ts";
import { refuse } from "../model/verdict.ts";
import type { Court } from "./court.ts";
import { HeaderTurns } from "./header-turns.ts";
import { syncLimits } from "./sync-limits.ts";
import type { SyncPeer } from "./sync-peer.ts";
import { headersAnswer, packIds } from "./wire.ts";

interface Means {
  readonly chain: NodeChain;
  readonly court: Court;
  /** These came into the tree. */
  onHeaders(added: readonly HeaderNode[]): void;
  /** Asks the peer. @throws as the lane's `request` */
  ask(peer: SyncPeer, locator: Uint8Array[], most: number): Promise<unknown>;
}

/** Follows where the chains of peers end, and fetches their headers, one peer at a time. */
export class HeaderSync {
  readonly #means: Means;
  readonly #turns: HeaderTurns;

  constructor({ clock, ...means }: Means & { readonly clock: Clock }) {
    this.#means = means;
    this.#turns = new HeaderTurns(clock);
  }

  /** The peer told of this end of its chain: taken where its parent is known, else all that leads to it is asked for. */
  async learn(peer: SyncPeer, named: NamedHeader): Promise<void> {
    const { chain } = this.#means;
    const { id, sealed } = named;
    const { parent } = sealed.header;
    const isDecided = chain.tree.get(parent) !== undefined || chain.isCondemned(parent) || chain.isCondemned(id);
    if (chain.tree.get(id)?.status !== "invalid" && this.#isHere(peer, id)) return;
    if (isDecided) await offerHeaders(this.#means, peer, [named]);
    else await this.fetch(peer, named.id);
  }

  /**
   * One that gave nothing new yet, or was silent since, is asked out of turn for a few first: whoever says nothing keeps nobody waiting.
   * While it is being asked it is not asked again: this waits for the end of that.
   * @param tip of its chain: nothing is asked where that came meanwhile
   */
  async fetch(peer: SyncPeer, tip?: BlockId): Promise<void> {
    if (peer.asked !== undefined) {
      await peer.asked;
      // What was asked before this tip was told may be without it.
      if (tip === undefined || this.#isHere(peer, tip)) return;
    }
    if (peer.isDeaf) return;
    peer.asked ??= this.#ask(peer, tip).finally(() => {
      peer.asked = undefined;
    });
    await peer.asked;
  }

  async #ask(peer: SyncPeer, tip: BlockId | undefined): Promise<void> {
    const { chain, court } = this.#means;
    const { firstHeaders } = syncLimits;
    try {
      if (peer.allowed.silences > 0) {
        if ((await fetchRun(this.#means, peer, chain.tree.best, firstHeaders)) < firstHeaders) return;
      }
      await this.#turns.take(peer, async (heard) => {
        if (tip === undefined || !this.#isHere(peer, tip)) await fetchHeaders(this.#means, peer, heard);
      });
    } catch (error) {
      court.unanswered(peer.id, error);
    }
  }

  #isHere(peer: SyncPeer, tip: BlockId): boolean {
    const known = this.#means.chain.tree.get(tip);
    if (known !== undefined && known.status !== "invalid") peer.best = known;
    return known !== undefined;
  }
}

/** Headers in a row that stand on nothing known here, before they cost points. */
const mostOrphans = 10;

/** Fetches the peer's headers from where it parts with us to its end. */
async function fetchHeaders(means: Means, peer: SyncPeer, heard: () => void): Promise<void> {
  const most = syncLimits.headersPerAnswer;
  for (let from = means.chain.tree.best, height = -1; ; heard()) {
    const came = await fetchRun(means, peer, from, most);
    // One that gives the same again and again is not heard for ever.
    if (came < most || peer.best === undefined || peer.best.height <= height) return;
    from = peer.best;
    height = from.height;
  }
}

/** Asks for so many from where the peer parts with `from`. How many came; 0 where they did not hold. */
async function fetchRun(
  { chain, court, ask, onHeaders }: Means,
  peer: SyncPeer,
  from: HeaderNode,
  most: number,
): Promise<number> {
  const answer = headersAnswer.safeParse(await ask(peer, packIds(makeLocator(from)), most));
  const run = answer.success ? openAll(answer.data.headers) : undefined;
  if (run === undefined) {
    court.refused(peer.id, refuse("MALFORMED", "headers of no known form"));
    return 0;
  }
  peer.speaks = true;
  return run.length > 0 && (await offerHeaders({ chain, court, onHeaders }, peer, run)) ? run.length : 0;
}

/** A run of headers of this peer into the tree. False where it did not hold to its end. */
async function offerHeaders(
  { chain, court, onHeaders }: Omit<Means, "ask">,
  peer: SyncPeer,
  run: readonly NamedHeader[],
): Promise<boolean> {
  const { verdict, nodes, added } = await chain.addHeaders(run);
  onHeaders(added);
  if (added.length > 0) peer.allowed.silences = 0;
  peer.early = !verdict.ok && verdict.class === "future" ? run[nodes.length] : undefined;
  const last = nodes.at(-1);
  if (last !== undefined && last.status !== "invalid") peer.best = last;
  if (verdict.ok) {
    peer.allowed.orphans = 0;
    return true;
  }
  court.refused(peer.id, verdict);
  if (verdict.code !== "HEADER_ORPHAN") return false;
  peer.allowed.orphans += 1;
  if (peer.allowed.orphans % mostOrphans === 0) court.fault(peer.id, "ORPHANS", 20);
  return false;
}

function openAll(bytes: Uint8Array): readonly NamedHeader[] | undefined {
  const run: NamedHeader[] = [];
  for (let at = 0; at < bytes.length; at += chainLimits.sealedHeaderBytes) {
    const opened = openHeader(bytes.subarray(at, at + chainLimits.sealedHeaderBytes));
    if (!opened.ok) return undefined;
    run.push(opened.value);
  }
  return run;
}
