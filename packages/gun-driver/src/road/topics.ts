import type { CryptoSuite, TransportId } from "@swarm-space/core";
import { digestOf, hexOf } from "@swarm-space/core/medium";

const presenceShards = 8;

/** Souls of a network. They are hashes: a relay that does not know the name cannot tell what they are for. */
export interface Topics {
  /** Where a peer hears dials that know nothing but its id. */
  wellKnown(peer: string): Promise<string>;
  /** A peer's mailbox. */
  mailboxOf(peer: string): Promise<string>;
  /** Where a node's presence record lies. */
  presenceOf(peer: string): Promise<string>;
  /** Every soul with presence records. */
  presenceShards(): Promise<readonly string[]>;
}

/** How souls of mailboxes look: a relay keeps them otherwise than the rest. */
export const mailboxSoul = /^ss\.box\.[0-9a-f]{32}$/;

/** Soul of an inbox. */
export function inboxSoul(inbox: string): string {
  return `ss.in.${inbox}`;
}

/**
 * @param suite the kernel's, else WebCrypto
 * @param transport whose road it is: each has its own places for dials and presence, and all have the same mailboxes
 */
export function createTopics(network: string, suite: CryptoSuite | undefined, transport: TransportId = "gun"): Topics {
  const topic = async (kind: string, name: string, owner = transport): Promise<string> => {
    const bytes = await digestOf(`swarm-space ${owner} ${kind}\0${network}\0${name}`, suite);
    return `ss.${kind}.${hexOf(bytes.subarray(0, 16))}`;
  };
  return {
    wellKnown: (peer) => topic("id", peer),
    mailboxOf: (peer) => topic("box", peer, "gun"),
    presenceOf: async (peer) => topic("at", String(((await digestOf(peer, suite))[0] ?? 0) % presenceShards)),
    presenceShards: () => Promise.all(Array.from({ length: presenceShards }, (_, shard) => topic("at", String(shard)))),
  };
}
