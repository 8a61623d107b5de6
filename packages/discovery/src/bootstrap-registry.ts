import type { Address, DiscoverySource, Sighting, SignalOptions } from "@swarm-space/core";
import type { DiscoverySettings } from "./discovery-config.ts";

/** The stable peers of the options, each an address. It is a list, so it ends when all are told. */
export class BootstrapRegistry implements DiscoverySource {
  readonly id = "bootstrap";
  readonly #addresses: readonly Address[];

  constructor(entries: DiscoverySettings["bootstrap"]) {
    this.#addresses = entries.map(addressOf);
  }

  async *discover({ signal }: SignalOptions): AsyncGenerator<Sighting, void> {
    for (const address of this.#addresses) {
      if (signal.aborted) return;
      yield { addresses: [address], source: this.id };
    }
  }
}

function addressOf(entry: DiscoverySettings["bootstrap"][number]): Address {
  if (typeof entry === "string") return { transport: "peerjs", value: entry };
  const { transport, value, rendezvous } = entry;
  return rendezvous === undefined ? { transport, value } : { transport, value, rendezvous };
}
