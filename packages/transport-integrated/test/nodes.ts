import { type CryptoSuite, createSwarm, ephemeralIdentity, ports } from "@swarm-space/core";
import { RelayPool } from "@swarm-space/gun-driver";
import { type GunRelay, openGunRelay } from "@swarm-space/gun-driver/relay";
import { openWebRtc } from "@swarm-space/webrtc-driver";
import type * as z from "zod";
import { clock, endOf, random, type TransportEnd } from "../../../tests/support/transport-ends.ts";
import { integratedConfig } from "../src/config.ts";
import { IntegratedTransport, type IntegratedTransportParts } from "../src/integrated-transport.ts";
import { openRelaySide } from "../src/relay-side.ts";

/** The kernel's own, as plugins are given it. */
export async function kernelSuite(): Promise<CryptoSuite> {
  await using swarm = await createSwarm();
  return swarm.get(ports.cryptoSuite);
}

export interface Node extends TransportEnd<IntegratedTransport> {
  /** Codes of what was refused by signalling. */
  readonly refused: string[];
}

export async function makeNode(
  options: z.input<typeof integratedConfig>,
  replaced: Partial<IntegratedTransportParts> = {},
): Promise<Node> {
  const config = integratedConfig.parse({
    bindAddress: "127.0.0.1",
    linkBackoffBaseMs: 20,
    linkBackoffCapMs: 200,
    ...options,
  });
  const identity = await ephemeralIdentity(random);
  const suite = await kernelSuite();
  const pool = new RelayPool();
  const refused: string[] = [];
  const transport = new IntegratedTransport({
    self: { id: identity.id, network: "test", sign: (domain, bytes) => identity.sign(domain, bytes) },
    config,
    clock,
    random,
    suite: () => suite,
    pool: () => pool,
    openSide: openRelaySide,
    openEngine: openWebRtc,
    loadSimplePeer: async () => (await import("simple-peer")).default,
    refused: (_remote, { code }) => void refused.push(code),
    ...replaced,
  });
  return { ...endOf(identity.id, transport), refused };
}

export function relay(port = 0): Promise<GunRelay> {
  return openGunRelay({ clock, random, port });
}
