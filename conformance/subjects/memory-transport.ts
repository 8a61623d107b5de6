import { activeResources, MemoryNetwork, MemoryTransport } from "@swarm-space/testkit";
import {
  ReaderThrow,
  type TransportCapabilities,
  type TransportHarness,
  transportConformance,
} from "@swarm-space/testkit/conformance";
import type { Subject } from "../subject.ts";

const rendezvous = "the memory relay";

/** What the memory network can show. */
export const memoryCapabilities: TransportCapabilities = {
  tellsAbsence: true,
  rendezvous: true,
  relayed: true,
  kill: true,
  probes: true,
  rubbish: "frames go by reference: there is no listener to write bytes to",
  resources: true,
};

/** Memory transports behind one relay that carries their bytes. */
export function memoryHarness(): TransportHarness {
  const network = new MemoryNetwork({ schedule: (run) => queueMicrotask(() => surfacing(run)) });
  let made = 0;
  return {
    make() {
      made += 1;
      const name = `node-${made}`;
      return { transport: new MemoryTransport({ network, name, rendezvous, capabilities: { direct: false } }) };
    },
    kill({ transport }) {
      const [address] = transport.addresses();
      network.drop({ from: address?.value ?? "" }, "its process died");
    },
    takeRendezvousAway: async () => network.outage({ rendezvous }),
    held: activeResources,
    dispose: () => undefined,
  };
}

export const memoryTransport: Subject = {
  name: "memory-transport",
  conform: (runner, form) =>
    transportConformance({ runner, form, create: memoryHarness, capabilities: memoryCapabilities }),
};

/** The memory transport lets a reader's throw surface where its network schedules; the host goes on. */
function surfacing(run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof ReaderThrow)) throw error;
  }
}
