import { makeLocator } from "../chain/locator.ts";
import { openHeader } from "../hashing/ids.ts";
import type { NodeChain } from "../live/node-chain.ts";
import type { NamedHeader } from "../model/header.ts";
import { chainLimits } from "../model/limits.ts";
import { refuse } from "../model/verdict.ts";
import type { Court } from "./court.ts";
import { syncLimits } from "./sync-limits.ts";
import type { SyncPeer } from "./sync-peer.ts";
import { headersAnswer, packIds } from "./wire.ts";

interface Means {
  readonly chain: NodeChain;
  readonly court: Court;
  /** Asks the peer. @throws as the lane's `request` */
  ask(peer: SyncPeer, locator: Uint8Array[]): Promise<unknown>;
}

/** Headers in a row that stand on nothing known here, before they cost points. */
const mostOrphans = 10;

/** Fetches the peer's headers from where it parts with us to its end. True where it told of a chain of ours. */
export async function fetchHeaders({ chain, court, ask }: Means, peer: SyncPeer): Promise<boolean> {
  for (let from = chain.tree.best, height = -1; ; ) {
    const answer = headersAnswer.safeParse(await ask(peer, packIds(makeLocator(from))));
    const run = answer.success ? openAll(answer.data.headers) : undefined;
    if (run === undefined) {
      court.refused(peer.id, refuse("MALFORMED", "headers of no known form"));
      return false;
    }
    if (run.length === 0) return true;
    if (!(await offerHeaders({ chain, court }, peer, run))) return false;
    const isLast = run.length < syncLimits.headersPerAnswer;
    // One that gives the same again and again is not heard for ever.
    if (isLast || peer.best === undefined || peer.best.height <= height) return true;
    from = peer.best;
    height = from.height;
  }
}

/** A run of headers of this peer into the tree. False where it did not hold to its end. */
export async function offerHeaders(
  { chain, court }: Omit<Means, "ask">,
  peer: SyncPeer,
  run: readonly NamedHeader[],
): Promise<boolean> {
  const { verdict, nodes } = await chain.addHeaders(run);
  const last = nodes.at(-1);
  if (last !== undefined && last.status !== "invalid") peer.best = last;
  if (verdict.ok) {
    peer.orphans = 0;
    return true;
  }
  court.refused(peer.id, verdict);
  if (verdict.code !== "HEADER_ORPHAN") return false;
  peer.orphans += 1;
  if (peer.orphans % mostOrphans === 0) court.fault(peer.id, "ORPHANS", 20);
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
