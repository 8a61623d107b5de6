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
import { createGunClient } from "@swarm-space/gun-driver";
import { dialNode, openGunRelay } from "@swarm-space/gun-driver/relay";
import { activeResources, LifeClock } from "@swarm-space/testkit";
import integrated from "@swarm-space/transport-integrated";
import { inboxSoul } from "../packages/gun-driver/src/road/topics.ts";
import { type Cable, layCable } from "./cable.ts";
import { wirePlugin } from "./wired-plugin.ts";

/** The integrated plugin of one node. */
export interface IntegratedNode {
  readonly peer: PeerId;
  readonly transport: Transport;
}

/** A real Gun relay, and plugins that dial it; over it, data channels on loopback. */
export interface IntegratedPlace {
  makeNode(): Promise<IntegratedNode>;
  /** What keeps the process busy, without the relay's timers: it is no part of what is tried. */
  held(): ReadonlyMap<string, number>;
  /** Cuts a node off from the relay without a word. Nodes beyond the first ten hang on no cable. */
  cutOff(node: { readonly transport: Transport }): Promise<void>;
  /** Resolves to what brings the relay back, empty. */
  takeRelayAway(): Promise<() => Promise<void>>;
  /** Puts values where a node hears, as a stranger can. */
  throwAt(transport: Transport, values: readonly string[]): Promise<void>;
  dispose(): Promise<void>;
}

/** Cables laid beforehand, so that making a node opens nothing. */
const spareCables = 10;

/** @param roads which roads the nodes take */
export async function openIntegratedPlace(roads: readonly ("direct" | "relay")[]): Promise<IntegratedPlace> {
  const [clock, random] = [systemClock(), systemRandom()];
  const relayClock = new LifeClock(clock);
  const openRelay = (port: number) => openGunRelay({ clock: relayClock, random, port });
  const suite = await kernelSuite();
  let relay = await openRelay(0);
  const { port, url } = relay;
  const cables = await Promise.all(Array.from({ length: spareCables }, () => layCable(port)));
  const cableOf = new Map<Transport, Cable>();
  return {
    async makeNode() {
      const cable = cables[cableOf.size];
      const gunRelays = [cable === undefined ? url : `ws://127.0.0.1:${cable.port}/gun`];
      const patience = { graceMs: 300, lostMs: 2_500, probeMs: 1_000, dialTimeoutMs: 1_000, attemptTimeoutMs: 1_000 };
      const pace = { linkBackoffBaseMs: 20, linkBackoffCapMs: 200, maxOffersPerSecond: 64 };
      const options = { gunRelays, bindAddress: "127.0.0.1", roads: [...roads], ...patience, ...pace };
      const { id, sign } = await ephemeralIdentity(random);
      const [transport] = wirePlugin(integrated, options, { id, clock, random, sign, suite }).all(ports.transport);
      if (!transport) throw new Error("the integrated plugin provides less than it says");
      if (cable !== undefined) cableOf.set(transport, cable);
      return { peer: id, transport };
    },
    held() {
      const counts = new Map(activeResources());
      counts.set("Timeout", (counts.get("Timeout") ?? 0) - relayClock.pending);
      return counts;
    },
    cutOff: async ({ transport }) => cableOf.get(transport)?.cut(),
    async takeRelayAway() {
      await relay.close();
      return async () => {
        relay = await openRelay(port);
      };
    },
    async throwAt(transport, values) {
      const client = createGunClient({ relays: [url], clock, random, dial: dialNode });
      const up = new Promise<void>((resolve) => client.onRelay((status) => status.up && resolve()));
      client.open();
      await up;
      const [inbox] = transport.addresses();
      const items = values.map((value, index) => ({ key: `rubbish-${index}`, value, state: 1 }));
      client.put(client.relays()[0]?.url ?? "", inboxSoul(inbox?.value ?? ""), items);
      await client.close();
    },
    async dispose() {
      for (const cable of cables) await cable.cut();
      await relay.close();
    },
  };
}

async function kernelSuite(): Promise<CryptoSuite> {
  await using swarm = await createSwarm();
  return swarm.get(ports.cryptoSuite);
}
