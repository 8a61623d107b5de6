import { systemClock, systemRandom } from "@swarm-space/core";
import {
  activeResources,
  canCountResources,
  MemoryDiscovery,
  MemoryNetwork,
  MemoryTransport,
} from "@swarm-space/testkit";
import {
  type DiscoveryCapabilities,
  type DiscoveryHarness,
  discoveryConformance,
} from "@swarm-space/testkit/conformance";
import { encodePresence } from "../../packages/gun-driver/src/road/presence-record.ts";
import { createTopics } from "../../packages/gun-driver/src/road/topics.ts";
import { openGunPlace } from "../gun-place.ts";
import type { OpenRelay } from "../relay-server.ts";
import type { Subject } from "../subject.ts";
import { network as gunNetwork, newPeer } from "../wired-plugin.ts";

const { signal } = new AbortController();

const resources = canCountResources() || "a page cannot count what it holds";

const memoryCapabilities: DiscoveryCapabilities = {
  announces: "to be open is to be announced: it has no `announce`",
  cards: "it has no `announce` that could take a card",
  withdraws: true,
  crowd: true,
  rubbish: "notices are the transports' own: nobody else can hang one up",
  resources,
};

export function memoryDiscoveryHarness(): DiscoveryHarness {
  const network = new MemoryNetwork();
  const random = systemRandom();
  const clock = systemClock();
  const names: string[] = [];
  return {
    async open() {
      const peer = newPeer(random);
      const transport = new MemoryTransport({ network, name: peer, peer });
      await transport.open(() => undefined, { signal });
      names.push(peer);
      return {
        peer,
        source: new MemoryDiscovery({ board: network.board, transport: "memory", name: peer, swarmNetwork: "", clock }),
        addresses: () => transport.addresses(),
        close: () => transport.close({ signal }),
      };
    },
    crowd(count) {
      for (let at = 0; at < count; at += 1) network.board.renewAll("memory", names[at % names.length] ?? "");
    },
    held: activeResources,
    dispose: () => undefined,
  };
}

export const memoryDiscovery: Subject = {
  name: "memory-discovery",
  conform: (runner, form) =>
    discoveryConformance({ runner, form, create: memoryDiscoveryHarness, capabilities: memoryCapabilities }),
};

const gunCapabilities: DiscoveryCapabilities = {
  announces: true,
  cards: true,
  withdraws: true,
  crowd: true,
  rubbish: true,
  resources,
};

/** Texts that are no presence record, or claim too much. */
function noRecords(peer: string): readonly string[] {
  const record = { v: 1, p: peer, a: [["gun", "x", null]], x: Date.now() + 60_000 };
  return [
    ...["", "{", "null", "[]", "{}"],
    ...[
      { ...record, v: 2 },
      { ...record, p: "__proto__" },
      { ...record, a: "none" },
      { ...record, a: [["gun", "x".repeat(2_000), null]] },
      { ...record, a: Array.from({ length: 100 }, () => ["gun", "x", null]) },
      { ...record, x: "soon" },
      { ...record, c: "*" },
      { ...record, c: "A".repeat(684) },
      { ...record, more: 1 },
    ].map((each) => JSON.stringify(each)),
  ];
}

async function gunDiscoveryHarness(openRelay: OpenRelay): Promise<DiscoveryHarness> {
  const place = await openGunPlace(openRelay);
  const putAll = async (values: readonly string[]) => {
    const stranger = await place.stranger();
    const [relay] = stranger.relays();
    const souls = await createTopics(gunNetwork, undefined).presenceShards();
    for (const [index, value] of values.entries()) {
      const soul = souls[index % souls.length] ?? "";
      if (relay !== undefined) stranger.put(relay.url, soul, [{ key: `stranger-${index}`, value, state: 1 }]);
    }
    await stranger.close();
  };
  return {
    async open() {
      const node = place.makeNode();
      await node.transport.open(() => undefined, { signal });
      return {
        peer: node.peer,
        source: node.discovery,
        addresses: () => node.transport.addresses(),
        close: () => node.transport.close({ signal }),
      };
    },
    limits: { settleMs: 100, mostWaiting: 512 },
    crowd: (count) =>
      putAll(
        Array.from({ length: count }, () =>
          encodePresence({ peer: place.newPeer(), addresses: [], expiresAt: Date.now() + 60_000 }),
        ),
      ),
    throwRubbish: () => putAll(noRecords(place.newPeer())),
    held: () => place.held(),
    dispose: () => place.dispose(),
  };
}

export const gunDiscovery = (openRelay: OpenRelay): Subject => ({
  name: "gun-discovery",
  conform(runner, form) {
    const create = () => gunDiscoveryHarness(openRelay);
    discoveryConformance({ runner, form, create, capabilities: gunCapabilities });
  },
});
