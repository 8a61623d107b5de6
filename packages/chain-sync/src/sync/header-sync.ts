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
  ask(peer: SyncPeer, locator: Uint8Array[]): Promise<unknown>;
}

/** Follows where the chains of peers end, and fetches their headers, one peer at a time. */
export class HeaderSync {
  readonly #means: Means;
  readonly #turns: HeaderTurns;

  constructor({ clock, signal, ...means }: Means & { readonly clock: Clock; readonly signal: AbortSignal }) {
    this.#means = means;
    this.#turns = new HeaderTurns(clock, signal);
  }

  /** The peer told of this end of its chain: taken where its parent is known, else all that leads to it is asked for. */
  async learn(peer: SyncPeer, named: NamedHeader): Promise<void> {
    const { chain } = this.#means;
    const { id, sealed } = named;
    const { parent } = sealed.header;
    const known = chain.tree.get(id);
    const isDecided = chain.tree.get(parent) !== undefined || chain.isCondemned(parent) || chain.isCondemned(id);
    if (known !== undefined && known.status !== "invalid") peer.best = known;
    else if (isDecided) await offerHeaders(this.#means, peer, [named]);
    else await this.fetch(peer, named.id);
  }

  /** @param tip of its chain: nothing is asked where that came meanwhile */
  fetch(peer: SyncPeer, tip?: BlockId): Promise<void> {
    const { chain, court } = this.#means;
    return this.#turns.take(peer, async () => {
      const known = tip === undefined ? undefined : chain.tree.get(tip);
      try {
        if (known !== undefined) peer.best = known;
        else await fetchHeaders(this.#means, peer);
      } catch (error) {
        court.unanswered(peer.id, error);
      }
    });
  }
}

/** Headers in a row that stand on nothing known here, before they cost points. */
const mostOrphans = 10;

/** Fetches the peer's headers from where it parts with us to its end. */
async function fetchHeaders({ chain, court, ask, onHeaders }: Means, peer: SyncPeer): Promise<void> {
  for (let from = chain.tree.best, height = -1; ; ) {
    const answer = headersAnswer.safeParse(await ask(peer, packIds(makeLocator(from))));
    const run = answer.success ? openAll(answer.data.headers) : undefined;
    if (run === undefined) return court.refused(peer.id, refuse("MALFORMED", "headers of no known form"));
    if (run.length === 0 || !(await offerHeaders({ chain, court, onHeaders }, peer, run))) return;
    const isLast = run.length < syncLimits.headersPerAnswer;
    // One that gives the same again and again is not heard for ever.
    if (isLast || peer.best === undefined || peer.best.height <= height) return;
    from = peer.best;
    height = from.height;
  }
}

/** A run of headers of this peer into the tree. False where it did not hold to its end. */
async function offerHeaders(
  { chain, court, onHeaders }: Omit<Means, "ask">,
  peer: SyncPeer,
  run: readonly NamedHeader[],
): Promise<boolean> {
  const { verdict, nodes, added } = await chain.addHeaders(run);
  onHeaders(added);
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
