/** The node behind the page: the whole preset, with an identity that cannot be carried away, and two channels. */
import { codeOf, type PeerId, type Receipt, type Swarm } from "@swarm-space/core";
import { createHybridSwarm, type MeetingServers } from "@swarm-space/hybrid";
import { cardSchema, chainParameters, lineSchema } from "./chat-words.ts";

const dayMs = 86_400_000;

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

export interface ChatPlace {
  readonly network: string;
  readonly servers: MeetingServers;
}

/** Starts the node of the person called `name`. Each person of this browser has a key and a store of its own. */
export async function startChat(name: string, { network, servers }: ChatPlace, ears: ChatEars): Promise<ChatNode> {
  const swarm = await createHybridSwarm({
    network,
    servers,
    data: `browser-chat of ${name}`,
    // A stock server lists nobody, and a page's console would say so each time; peers meet by rendezvous, and by the others.
    peerjs: { listPeers: false },
    discovery: { bootstrap: [] },
    chain: { parameters: chainParameters },
  });
  const lines = swarm.channel({ name: "lines", schema: lineSchema });
  const names = swarm.channel({ name: "names", schema: cardSchema });
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
