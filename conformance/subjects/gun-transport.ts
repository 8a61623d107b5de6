import { type TransportHarness, transportConformance } from "@swarm-space/testkit/conformance";
import { encodePacket } from "../../packages/gun-driver/src/road/packet.ts";
import { relayedCapabilities } from "../cabled-relay.ts";
import { openGunPlace } from "../gun-place.ts";
import { openRelayServer } from "../relay-server.ts";
import type { Subject } from "../subject.ts";

/** Gun transports by one real relay, on real sockets. */
export async function gunHarness(): Promise<TransportHarness> {
  const place = await openGunPlace(openRelayServer);
  return {
    make: () => place.makeNode(),
    limits: { settleMs: 50, lostWithinMs: 15_000, patienceMs: 15_000 },
    kill: (node) => place.cutOff(node),
    takeRendezvousAway: () => place.takeRelayAway(),
    async throwRubbish({ transport }) {
      await place.babble(noFrames);
      await place.throwAt(transport, noPackets);
    },
    held: () => place.held(),
    dispose: () => place.dispose(),
  };
}

export const gunTransport: Subject = {
  name: "gun-transport",
  conform: (runner, form) =>
    transportConformance({ runner, form, create: gunHarness, capabilities: relayedCapabilities() }),
};

/** Texts that no relay takes for a frame of Gun. */
const noFrames = [
  "",
  "{",
  "null",
  "[]",
  '{"put":1}',
  '{"get":{"#":{}}}',
  '{"__proto__":{"put":1}}',
  "x".repeat(10_000),
];

const unknown = "U".repeat(12);
const ack = { next: 4_294_967_295, beyond: 4_294_967_295 };

/** Values that are no packets, and packets of connections that never were. */
const noPackets = [
  ...["", "*", "AAAA", "{}", "A".repeat(30_000)],
  ...Array.from({ length: 64 }, (_, at) => Buffer.alloc(1 + at * 3, at * 5).toString("base64")),
  ...[
    encodePacket({ kind: "accept", to: unknown, from: unknown, inbox: "I".repeat(24) }),
    encodePacket({ kind: "data", to: unknown, sequence: 4_294_967_295, ack, body: new Uint8Array(100) }),
    encodePacket({ kind: "ack", to: unknown, ack }),
    encodePacket({ kind: "close", to: unknown, detail: "x".repeat(120) }),
  ].map((packet) => Buffer.from(packet).toString("base64")),
];
