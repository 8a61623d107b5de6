import {
  type CryptoSuite,
  createSwarm,
  ephemeralIdentity,
  type PeerId,
  ports,
  systemClock,
  systemRandom,
  type Transport,
} from "@swarm-space/core";
import integrated from "@swarm-space/transport-integrated";
import { type CabledRelay, openCabledRelay } from "./cabled-relay.ts";
import type { OpenRelay } from "./relay-server.ts";
import { wirePlugin } from "./wired-plugin.ts";

/** The integrated plugin of one node. */
export interface IntegratedNode {
  readonly peer: PeerId;
  readonly transport: Transport;
}

/** A real Gun relay, and plugins that dial it; over it, data channels on loopback. */
export interface IntegratedPlace extends Omit<CabledRelay, "url" | "hang"> {
  makeNode(): Promise<IntegratedNode>;
}

/** @param roads which roads the nodes take */
export async function openIntegratedPlace(
  roads: readonly ("direct" | "relay")[],
  openRelay: OpenRelay,
): Promise<IntegratedPlace> {
  const [clock, random] = [systemClock(), systemRandom()];
  const { hang, ...relay } = await openCabledRelay(clock, random, openRelay);
  const suite = await kernelSuite();
  return {
    ...relay,
    async makeNode() {
      const { id, sign } = await ephemeralIdentity(random);
      return hang((relayUrl) => {
        const patience = { graceMs: 300, lostMs: 2_500, probeMs: 1_000, dialTimeoutMs: 1_000, attemptTimeoutMs: 1_000 };
        const pace = { linkBackoffBaseMs: 20, linkBackoffCapMs: 200, maxOffersPerSecond: 64 };
        const options = { gunRelays: [relayUrl], bindAddress: "127.0.0.1", roads: [...roads], ...patience, ...pace };
        const [transport] = wirePlugin(integrated, options, { id, clock, random, sign, suite }).all(ports.transport);
        if (!transport) throw new Error("the integrated plugin provides less than it says");
        return { peer: id, transport };
      });
    },
  };
}

async function kernelSuite(): Promise<CryptoSuite> {
  await using swarm = await createSwarm();
  return swarm.get(ports.cryptoSuite);
}
