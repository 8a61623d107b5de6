import { systemRandom } from "@swarm-space/core";
import { activeResources, canCountResources } from "@swarm-space/testkit";
import {
  type DiscoveryCapabilities,
  type DiscoveryHarness,
  discoveryConformance,
} from "@swarm-space/testkit/conformance";
import { BootstrapRegistry } from "../../packages/discovery/src/bootstrap-registry.ts";
import { discoveryConfig } from "../../packages/discovery/src/discovery-config.ts";
import type { Subject } from "../subject.ts";
import { newPeer } from "../wired-plugin.ts";

const capabilities: DiscoveryCapabilities = {
  announces: "it is a list of the options: it has no `announce`",
  cards: "it is a list of addresses: it has no `announce` that could take a card",
  withdraws: "it tells who is stable, not who is there",
  crowd: "its options bound it to 64 entries, and nobody adds one",
  rubbish: "its options alone are told, and they are read before: nobody else can write to it",
  resources: canCountResources() || "a page cannot count what it holds",
};

/** More than any check opens. */
const most = 16;

/** Registries of one list, and those whom it names. It knows addresses alone: who is there is learnt by the handshake. */
export function bootstrapHarness(): DiscoveryHarness {
  const random = systemRandom();
  const listed = Array.from({ length: most }, (_, at) => ({
    transport: "memory",
    value: `stable-${at}`,
    rendezvous: "list",
  }));
  const { bootstrap } = discoveryConfig.parse({ bootstrap: listed });
  let opened = 0;
  return {
    open() {
      const address = listed[opened];
      if (address === undefined) throw new Error(`the list has ${most} entries`);
      opened += 1;
      return {
        peer: newPeer(random),
        source: new BootstrapRegistry(bootstrap),
        addresses: () => [address],
        close: () => undefined,
      };
    },
    isOf: ({ peer, addresses }, node) =>
      peer === undefined && node.addresses().some(({ value }) => addresses.some((each) => each.value === value)),
    held: activeResources,
    dispose: () => undefined,
  };
}

export const bootstrapDiscovery: Subject = {
  name: "bootstrap-discovery",
  conform: (runner, form) => discoveryConformance({ runner, form, create: bootstrapHarness, capabilities }),
};
