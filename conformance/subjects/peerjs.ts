import { canCountResources } from "@swarm-space/testkit";
import {
  type DiscoveryCapabilities,
  type DiscoveryHarness,
  discoveryConformance,
  type TransportCapabilities,
  type TransportHarness,
  transportConformance,
} from "@swarm-space/testkit/conformance";
import { openPeerjsPlace, type PeerjsPlaceOptions } from "../peerjs-place.ts";
import type { Subject } from "../subject.ts";

const { signal } = new AbortController();

type LoadServer = PeerjsPlaceOptions["loadServer"];

const resources = canCountResources() || "a page cannot count what it holds";

const capabilities: TransportCapabilities = {
  tellsAbsence: true,
  rendezvous: true,
  relayed: "the server signals alone: connections outlive it",
  kill: "both ends are in one process, where no end can die by itself",
  probes: "both ends are in one process, where no end can die by itself",
  rubbish: true,
  resources,
};

/** PeerJS transports by one unmodified server, over real data channels. */
async function peerjsHarness(loadServer: LoadServer): Promise<TransportHarness> {
  const place = await openPeerjsPlace({ slots: 0, loadServer });
  return {
    make: () => place.makeNode(),
    limits: { settleMs: 100, patienceMs: 15_000 },
    takeRendezvousAway: () => place.takeServerAway(),
    throwRubbish: ({ transport }) => place.babble(transport.addresses()[0]?.value ?? "", rubbish),
    held: () => place.held(),
    dispose: () => place.dispose(),
  };
}

/** @param loadServer loads an unmodified PeerServer */
export const peerjsTransport = (loadServer: LoadServer): Subject => ({
  name: "peerjs-transport",
  conform: (runner, form) =>
    transportConformance({ runner, form, create: () => peerjsHarness(loadServer), capabilities }),
});

const discoveryCapabilities: DiscoveryCapabilities = {
  announces: "to be at the server is to be announced: it has no `announce`",
  cards: "a server's list is ids alone",
  withdraws: true,
  crowd: canCountResources() || "a page may not open as many sockets as a crowd has",
  rubbish: true,
  resources,
};

async function peerjsDiscoveryHarness(loadServer: LoadServer): Promise<DiscoveryHarness> {
  const place = await openPeerjsPlace({ slots: 2, loadServer });
  return {
    async open() {
      const { peer, transport, discovery } = place.makeNode();
      await transport.open((connection) => void connection.close(), { signal });
      return {
        peer,
        source: discovery,
        addresses: () => transport.addresses(),
        close: () => transport.close({ signal }),
      };
    },
    limits: { settleMs: 200, mostWaiting: 300 },
    crowd: (count) => place.crowd(count),
    throwRubbish: () => place.babble("", ["{", "[]"]),
    held: () => place.held(),
    dispose: () => place.dispose(),
  };
}

/** @param loadServer loads an unmodified PeerServer */
export const peerjsDiscovery = (loadServer: LoadServer): Subject => ({
  name: "peerjs-discovery",
  conform(runner, form) {
    const create = () => peerjsDiscoveryHarness(loadServer);
    discoveryConformance({ runner, form, create, capabilities: discoveryCapabilities });
  },
});

const connectionId = "dc_rubbish";
const sdp = { type: "offer", sdp: "v=0\r\nnonsense" };
const offer = { type: "data", connectionId, label: "x", serialization: "raw", reliable: true };

/** What an unmodified server passes on to whom it is for. */
const rubbish: readonly unknown[] = [
  "{",
  { type: "OFFER" },
  { type: "OFFER", payload: null },
  { type: "OFFER", payload: { ...offer, sdp } },
  { type: "OFFER", payload: { ...offer, serialization: "__proto__", sdp } },
  { type: "OFFER", payload: { ...offer, type: "media", sdp } },
  { type: "ANSWER", payload: { connectionId, sdp } },
  { type: "CANDIDATE", payload: { connectionId, candidate: { candidate: "x".repeat(5_000) } } },
  { type: "LEAVE", payload: {} },
  { type: "EXPIRE" },
];
