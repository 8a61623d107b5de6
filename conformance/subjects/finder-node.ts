import type { PeerId } from "@swarm-space/core";
import type { DiscoveryCapabilities, DiscoveryNode } from "@swarm-space/testkit/conformance";
import type { Finder } from "@swarm-space/webtorrent-driver";

const { signal } = new AbortController();

/** A finder as discovery's suite takes it. */
export function finderNode({ peer, finder }: { readonly peer: PeerId; readonly finder: Finder }): DiscoveryNode {
  return {
    peer,
    source: finder,
    addresses: () => [],
    close: () => finder.close({ signal }),
  };
}

/** What every finder is capable of, wherever it runs. */
export const finderCapabilities = {
  announces: "it tells an id alone: addresses of other transports have no place on its wire",
  cards: "it tells an id alone",
  withdraws: true,
  rubbish: true,
} as const satisfies Partial<DiscoveryCapabilities>;
