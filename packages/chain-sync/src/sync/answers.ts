import { concatBytes } from "@noble/hashes/utils.js";
import { type Clock, pause } from "@swarm-space/core";
import { ancestorAt, pathBetween } from "../chain/header-tree.ts";
import { findFork } from "../chain/locator.ts";
import { encodeSealedHeader } from "../codec/header-codec.ts";
import { encodeBody, encodeTransaction } from "../codec/transaction-codec.ts";
import type { NodeChain } from "../live/node-chain.ts";
import type { ChainStore } from "../model/chain-store.ts";
import type { Hash } from "../model/hex.ts";
import type { TransactionPool } from "../pool/transaction-pool.ts";
import type { Court } from "./court.ts";
import type { PeerRoom } from "./peer-room.ts";
import { syncLimits } from "./sync-limits.ts";
import type { SyncPeer } from "./sync-peer.ts";
import { type ChainAnswer, type ChainMessage, unpackIds } from "./wire.ts";

export interface Archive {
  readonly chain: Pick<NodeChain, "tree" | "tip">;
  readonly store: Pick<ChainStore, "body">;
  readonly pool: Pick<TransactionPool, "all">;
}

export interface Counter extends Archive {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly court: Court;
  readonly peers: PeerRoom;
}

/** Answers the peer's questions one after the other, as fast as its allowance fills. Undefined where too many wait, or it is not welcome. */
export async function answerInTurn(
  o: Counter,
  peer: SyncPeer,
  question: ChainMessage,
): Promise<ChainAnswer | undefined> {
  const { clock, signal, court, peers } = o;
  const isWelcome = () => peers.get(peer.id) === peer && !court.isBanned(peer.id);
  const { questions } = peer.allowed;
  if (peer.questionsWaiting >= syncLimits.questions.capacity) return undefined;
  peer.questionsWaiting += 1;
  const answer = peer.inTurn(async () => {
    if (isWelcome() && questions.charge(1, clock.now()) < 0) await pause(clock, questions.debtMs(clock.now()), signal);
    if (signal.aborted || !isWelcome()) return undefined;
    const found = await answerQuestion(o, question);
    const bodies = found?.kind === "bodies" ? found.bodies : [];
    const bytes = bodies.reduce((sum, body) => sum + (body?.length ?? 0), 0);
    questions.charge(bytes / syncLimits.bytesPerQuestion, clock.now());
    return found;
  });
  return answer.finally(() => {
    peer.questionsWaiting -= 1;
  });
}

/** Answers from what is valid here: nobody is ever served a block that this node did not connect itself. */
export async function answerQuestion(archive: Archive, question: ChainMessage): Promise<ChainAnswer | undefined> {
  switch (question.kind) {
    case "getHeaders":
      return { kind: "headers", headers: headersAfter(archive, unpackIds(question.locator), question.most) };
    case "getBodies":
      return { kind: "bodies", bodies: await bodiesOf(archive, unpackIds(question.ids)) };
    case "getTransactions":
      return { kind: "transactions", transactions: transactionsOf(archive, unpackIds(question.ids)) };
    default:
      return undefined;
  }
}

function headersAfter({ chain }: Archive, locator: readonly Hash[], most: number): Uint8Array {
  const fork = findFork(chain.tree, chain.tip, locator);
  const end = ancestorAt(chain.tip, Math.min(chain.tip.height, fork.height + most));
  if (end === undefined) return new Uint8Array();
  return concatBytes(...pathBetween(fork, end).map(({ sealed }) => encodeSealedHeader(sealed)));
}

async function bodiesOf({ chain, store }: Archive, ids: readonly Hash[]): Promise<(Uint8Array | null)[]> {
  const bodies: (Uint8Array | null)[] = [];
  let bytes = 0;
  for (const id of ids) {
    if (bytes > syncLimits.bytesPerAnswer) break;
    const node = chain.tree.get(id);
    const body = node?.status === "valid" ? await store.body(node) : undefined;
    const encoded = body === undefined ? null : encodeBody(body.map(({ transaction }) => transaction));
    bytes += encoded?.length ?? 0;
    bodies.push(encoded);
  }
  return bodies;
}

function transactionsOf({ pool }: Archive, ids: readonly Hash[]): Uint8Array[] {
  const asked = new Set(ids);
  const found: Uint8Array[] = [];
  let bytes = 0;
  for (const { fullId, transaction, bytes: size } of pool.all()) {
    if (!asked.has(fullId)) continue;
    bytes += size;
    if (bytes > syncLimits.transactionBytesPerAnswer) break;
    found.push(encodeTransaction(transaction));
  }
  return found;
}
