import type { PeerConnection } from "./engine.ts";

/** How the bytes go, once a peer connection is up. */
export interface Path {
  /** A TURN server carries them. */
  readonly isRelayed: boolean;
  /** The other end, "address:port"; undefined where the platform does not tell. */
  readonly remote: string | undefined;
}

/** Reads it from the statistics (W3C webrtc-stats). Unknown parts are left open; never rejects. */
export async function pathOf(peer: PeerConnection): Promise<Path> {
  const report = await peer.getStats().catch(() => undefined);
  const entries = new Map<unknown, unknown>();
  report?.forEach((entry: unknown, id: string) => {
    entries.set(id, entry);
  });
  const pair = selectedPair(entries);
  const local = entries.get(field(pair, "localCandidateId"));
  const remote = entries.get(field(pair, "remoteCandidateId"));
  const isRelayed = [local, remote].some((candidate) => field(candidate, "candidateType") === "relay");
  return { isRelayed, remote: addressOf(remote) };
}

function selectedPair(entries: ReadonlyMap<unknown, unknown>): unknown {
  const all = [...entries.values()];
  const transport = all.find((entry) => field(entry, "type") === "transport");
  const chosen = entries.get(field(transport, "selectedCandidatePairId"));
  // Firefox names no transport, and marks the pair.
  return chosen ?? all.find((entry) => field(entry, "type") === "candidate-pair" && field(entry, "nominated") === true);
}

function addressOf(candidate: unknown): string | undefined {
  const address = field(candidate, "address") ?? field(candidate, "ip");
  if (typeof address !== "string" || address === "") return undefined;
  return `${address.includes(":") ? `[${address}]` : address}:${String(field(candidate, "port"))}`;
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
