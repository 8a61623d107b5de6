import { type Clock, deadline } from "@swarm-space/core";
import type { PeerjsConfig } from "./config.ts";
import { isPeerjsId } from "./peerjs-id.ts";
import type { ServerAddress } from "./server-url.ts";

export interface PeerListParts {
  readonly clock: Clock;
  readonly config: Pick<PeerjsConfig, "key" | "serverTimeoutMs">;
  /** The transport closes. */
  readonly closing: AbortSignal;
}

const maxBytes = 1_048_576;
const maxIds = 4_096;

/**
 * The ids that a server lists; undefined where it lists none, as an unmodified one. PeerJS's own `listAllPeers` takes its
 * refusal for an end of everything. Rejects where the server is away, says no JSON or too much, or the transport closes.
 */
export async function fetchPeerList(
  server: ServerAddress,
  { clock, config, closing }: PeerListParts,
): Promise<readonly string[] | undefined> {
  const over = deadline(closing, clock, config.serverTimeoutMs);
  try {
    const response = await fetch(`${server.url}${config.key}/peers`, { signal: over.signal, redirect: "error" });
    if (response.status !== 200) {
      await response.body?.cancel();
      return undefined;
    }
    const ids: unknown = JSON.parse(await boundedText(response));
    if (!Array.isArray(ids)) return undefined;
    return ids.slice(0, maxIds).filter((id): id is string => typeof id === "string" && isPeerjsId(id));
  } finally {
    over[Symbol.dispose]();
  }
}

/** At most `maxBytes`: what is cut off is no JSON any more. */
async function boundedText({ body }: Response): Promise<string> {
  const reader = body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  while (reader && text.length <= maxBytes) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    text += decoder.decode(value, { stream: true });
  }
  await reader?.cancel();
  return text;
}
