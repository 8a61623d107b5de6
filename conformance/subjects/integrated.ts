import { toBase64 } from "@swarm-space/gun-driver/road";
import {
  type TransportCapabilities,
  type TransportHarness,
  transportConformance,
} from "@swarm-space/testkit/conformance";
import { encodePacket } from "../../packages/gun-driver/src/road/packet.ts";
import { relayedCapabilities } from "../cabled-relay.ts";
import { openIntegratedPlace } from "../integrated-place.ts";
import type { OpenRelay } from "../relay-server.ts";
import type { Subject } from "../subject.ts";

const direct = (): TransportCapabilities => ({
  ...relayedCapabilities(),
  relayed: "the relay signals alone: data channels outlive it",
  kill: "both ends are in one process, where no end can die by itself",
  probes: "both ends are in one process, where no end can die by itself",
});

/** Integrated transports by one real relay, on one of their two roads. */
async function integratedHarness(road: "direct" | "relay", openRelay: OpenRelay): Promise<TransportHarness> {
  const place = await openIntegratedPlace([road], openRelay);
  return {
    make: () => place.makeNode(),
    limits: { settleMs: 100, lostWithinMs: 15_000, patienceMs: 15_000 },
    ...(road === "relay" ? { kill: (node) => place.cutOff(node) } : {}),
    takeRendezvousAway: () => place.takeRelayAway(),
    throwRubbish: ({ transport }) => place.throwAt(transport, rubbish),
    held: () => place.held(),
    dispose: () => place.dispose(),
  };
}

export const integratedDirect = (openRelay: OpenRelay): Subject => ({
  name: "integrated-direct",
  conform(runner, form) {
    transportConformance({
      runner,
      form,
      create: () => integratedHarness("direct", openRelay),
      capabilities: direct(),
    });
  },
});

export const integratedRelay = (openRelay: OpenRelay): Subject => ({
  name: "integrated-relay",
  conform(runner, form) {
    transportConformance({
      runner,
      form,
      create: () => integratedHarness("relay", openRelay),
      capabilities: relayedCapabilities(),
    });
  },
});

const id = "U".repeat(12);

/** Signals that are none: of every kind of letter, too short, too long, and of meetings that never were. */
const rubbish = [
  "",
  "*",
  "{}",
  "A".repeat(30_000),
  ...Array.from({ length: 48 }, (_, at) =>
    toBase64(encodePacket({ kind: "signal", to: id, body: new Uint8Array(1 + at * 7).fill(at).fill(at % 4, 0, 1) })),
  ),
  toBase64(encodePacket({ kind: "signal", to: id, body: new Uint8Array(20_000).fill(2) })),
];
