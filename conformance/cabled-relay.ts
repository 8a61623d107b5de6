import type { Clock, Random, Transport } from "@swarm-space/core";
import { createGunClient, type GunClient } from "@swarm-space/gun-driver";
import { dialNode } from "@swarm-space/gun-driver/relay";
import { canCountResources } from "@swarm-space/testkit";
import type { TransportCapabilities } from "@swarm-space/testkit/conformance";
import { inboxSoul } from "../packages/gun-driver/src/road/topics.ts";
import type { OpenRelay } from "./relay-server.ts";

/** A real Gun relay, with a cable for each of the first ten nodes. */
export interface CabledRelay {
  readonly url: string;
  /** Makes a node that dials the relay by the URL it is given. Nodes beyond the first ten hang on no cable. */
  hang<Node extends { readonly transport: Transport }>(makeNode: (relayUrl: string) => Node): Node;
  /** What keeps the process busy, without the relay's timers: it is no part of what is tried. */
  held(): ReadonlyMap<string, number>;
  /** Cuts a node off from the relay without a word. */
  cutOff(node: { readonly transport: Transport }): Promise<void>;
  /** Resolves to what brings the relay back, empty. */
  takeRelayAway(): Promise<() => Promise<void>>;
  /** Somebody who may write anything to the relay. */
  stranger(): Promise<GunClient>;
  /** Puts values where a node hears, as a stranger can. */
  throwAt(transport: Transport, values: readonly string[]): Promise<void>;
  dispose(): Promise<void>;
}

/** What a transport keeps whose frames go by such a relay. */
export const relayedCapabilities = (): TransportCapabilities => ({
  tellsAbsence: true,
  rendezvous: true,
  relayed: true,
  kill: true,
  probes: true,
  rubbish: true,
  resources: canCountResources() || "a page cannot count what it holds",
});

export async function openCabledRelay(clock: Clock, random: Random, openRelay: OpenRelay): Promise<CabledRelay> {
  const relay = await openRelay(clock, random);
  const { url, cables } = relay;
  const cableOf = new Map<Transport, number>();
  const undo: (() => Promise<unknown>)[] = [];
  const stranger = async () => {
    const client = createGunClient({ relays: [url], clock, random, dial: dialNode });
    undo.push(() => client.close());
    const up = new Promise<void>((resolve) => client.onRelay((status) => status.up && resolve()));
    client.open();
    await up;
    return client;
  };
  return {
    url,
    hang(makeNode) {
      const cable = cables[cableOf.size];
      const node = makeNode(cable === undefined ? url : `ws://127.0.0.1:${cable}/gun`);
      if (cable !== undefined) cableOf.set(node.transport, cable);
      return node;
    },
    held: () => relay.held(),
    async cutOff({ transport }) {
      const cable = cableOf.get(transport);
      if (cable !== undefined) await relay.cut(cable);
    },
    async takeRelayAway() {
      await relay.stop();
      return () => relay.start();
    },
    stranger,
    async throwAt(transport, values) {
      const client = await stranger();
      const [inbox] = transport.addresses();
      const items = values.map((value, index) => ({ key: `rubbish-${index}`, value, state: 1 }));
      client.put(client.relays()[0]?.url ?? "", inboxSoul(inbox?.value ?? ""), items);
      await client.close();
    },
    async dispose() {
      for (const step of undo) await step();
      await relay.close();
    },
  };
}
