import { systemClock, type Transport } from "@swarm-space/core";
import { activeResources, canCountResources } from "@swarm-space/testkit";
import {
  type TransportCapabilities,
  type TransportHarness,
  transportConformance,
} from "@swarm-space/testkit/conformance";
import { SignalHub } from "../signal-hub.ts";
import type { Subject } from "../subject.ts";
import { WebrtcTransport } from "../webrtc-transport.ts";

const capabilities = (): TransportCapabilities => ({
  tellsAbsence: true,
  rendezvous: true,
  relayed: "the signalling signals alone: connections outlive it",
  kill: "both ends are in one process, where no end can die by itself",
  probes: "both ends are in one process, where no end can die by itself",
  rubbish: true,
  resources: canCountResources() || "a page cannot count what it holds",
});

/** The driver's connections, over real data channels, signalled within the process or page. */
export function webrtcHarness(): TransportHarness {
  const hub = new SignalHub();
  const clock = systemClock();
  let made = 0;
  const nameOf = (transport: Transport) => transport.addresses()[0]?.value ?? "";
  return {
    make() {
      made += 1;
      return { transport: new WebrtcTransport({ name: `node-${made}`, signals: hub, clock }) };
    },
    limits: { settleMs: 100, patienceMs: 15_000 },
    takeRendezvousAway: async () => hub.takeAway(),
    throwRubbish({ transport }) {
      for (const [at, signal] of rubbish.entries())
        hub.send({ from: "a stranger", to: nameOf(transport), link: `rubbish ${at >> 1}`, signal });
    },
    held: activeResources,
    dispose: () => undefined,
  };
}

export const webrtcTransport: Subject = {
  name: "webrtc-transport",
  conform: (runner, form) =>
    transportConformance({ runner, form, create: webrtcHarness, capabilities: capabilities() }),
};

const sdp = "v=0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n";

/** Signals that are none, and signals out of turn. */
const rubbish: readonly unknown[] = [
  { type: "offer" },
  { type: "offer", sdp: "v=0\r\nnonsense" },
  { type: "offer", sdp },
  { type: "answer", sdp },
  { type: "offer", sdp: `${sdp}a=fingerprint:sha-256 ${Array(32).fill("00").join(":")}\r\n` },
  { type: "candidate", candidate: "x".repeat(5_000) },
  null,
  "offer",
  { type: "end" },
];
