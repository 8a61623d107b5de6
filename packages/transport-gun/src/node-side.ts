import { type Clock, describeError, type Random, SwarmError } from "@swarm-space/core";
import { normalizeRelayUrl } from "@swarm-space/gun-driver";
import { dialNode, openGunRelay } from "@swarm-space/gun-driver/relay";
import { gunMailboxes, type RelaySide } from "@swarm-space/gun-driver/road";
import type { GunConfig } from "./config.ts";

/** What only Node has: a socket that refuses large frames, and this node's own relay, where `serve` asks for one. */
export async function openNodeSide(config: GunConfig, clock: Clock, random: Random): Promise<RelaySide> {
  if (!config.serve) return { dial: dialNode, dialOf: new Map(), close: () => Promise.resolve() };
  const { url, peerWithRelays, mailboxTtlMs: ttlMs, mailboxBytes: maxBytes, ...serve } = config.serve;
  const peers = peerWithRelays ? config.relays : [];
  const own = { clock, random, ...serve, peers, mailboxes: gunMailboxes({ ttlMs, maxBytes }) };
  const relay = await openGunRelay(own).catch((error: unknown) => {
    const cure = `See whether port ${serve.port} is taken, or set \`serve.port\` to another one.`;
    throw new SwarmError("TRANSPORT_OPEN_FAILED", `The Gun relay could not be served: ${describeError(error)}`, {
      cause: error,
      cure,
    });
  });
  const known = url ?? relay.url;
  return {
    dial: dialNode,
    dialOf: new Map([[normalizeRelayUrl(known) ?? known, relay.dialLocal]]),
    close: () => relay.close(),
  };
}
