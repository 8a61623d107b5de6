/** The node behind the page: an identity that cannot be carried away, a durable outbox, and two channels. */
import {
  codeOf,
  createSwarm,
  indexedDbKeyStore,
  type PeerId,
  type Receipt,
  type Swarm,
  use,
  webCryptoIdentity,
} from "@swarm-space/core";
import resilience from "@swarm-space/resilience";
import store from "@swarm-space/store-idb";
import * as z from "zod";
import type { Road } from "./roads.ts";

const dayMs = 86_400_000;
const line = z.object({ text: z.string().min(1).max(2_000) });
const card = z.object({ name: z.string().min(1).max(40) });

export interface ChatNode {
  readonly swarm: Swarm;
  send(to: PeerId, text: string): Promise<Receipt>;
}

export interface ChatEars {
  /** A line came. */
  onLine(from: PeerId, text: string): void;
  /** A peer said what it is called. */
  onName(peer: PeerId, name: string): void;
}

/** Starts the node of the person called `name`. Each person of this browser has a key and a store of its own. */
export async function startChat(name: string, roads: readonly Road[], ears: ChatEars): Promise<ChatNode> {
  const identity = await webCryptoIdentity(indexedDbKeyStore(`browser-chat key of ${name}`));
  const swarm = await createSwarm({
    network: "browser-chat",
    identity,
    plugins: [...roads.map(({ plugin }) => plugin), use(resilience), use(store, { name: `browser-chat of ${name}` })],
  });
  const lines = swarm.channel({ name: "lines", schema: line });
  const names = swarm.channel({ name: "names", schema: card });
  lines.onMessage(({ text }, from) => ears.onLine(from, text));
  names.onMessage(({ name: theirs }, from) => ears.onName(from, theirs));
  // A name that does not arrive is sent again at the next meeting.
  swarm.on("peer:connect", ({ peer }) => void names.send(peer, { name }).catch(() => undefined));
  await swarm.start();
  return { swarm, send: (to, text) => lines.send(to, { text }, { ttlMs: dayMs }) };
}

/** Why the chat could not start, for a person. */
export function explainFailure(error: unknown): string {
  const code = codeOf(error, "UNEXPECTED");
  if (code === "STORE_LOCKED")
    return "This person's chat is open in another tab. Close that tab, or take another name.";
  return `The chat could not start (${code}). ${error instanceof Error ? error.message : ""}`;
}
