import { RelayPool } from "@swarm-space/gun-driver";
import { type GunRelay, openGunRelay } from "@swarm-space/gun-driver/relay";
import { RelayTransport } from "@swarm-space/gun-driver/road";
import type * as z from "zod";
import { clock, endOf, peerId, random, type TransportEnd } from "../../../tests/support/transport-ends.ts";
import { gunConfig } from "../src/config.ts";
import { openNodeSide } from "../src/node-side.ts";

export type Node = TransportEnd<RelayTransport>;

export function makeNode(options: z.input<typeof gunConfig>, id = peerId(), network = "test"): Node {
  const config = gunConfig.parse({ linkBackoffBaseMs: 20, linkBackoffCapMs: 200, ...options });
  const pool = new RelayPool();
  const transport = new RelayTransport({
    id: "gun",
    self: { id, network },
    relays: config.relays,
    config,
    clock,
    random,
    pool: () => pool,
    openSide: () => openNodeSide(config, clock, random),
    suite: () => undefined,
  });
  return endOf(id, transport);
}

export function relay(port = 0, peers: readonly string[] = []): Promise<GunRelay> {
  return openGunRelay({ clock, random, port, peers });
}
