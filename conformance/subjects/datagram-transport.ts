import type { Transport } from "@swarm-space/core";
import { type Datagram, DatagramNetwork, DatagramTransport, LifeClock, VirtualClock } from "@swarm-space/testkit";
import {
  type TransportCapabilities,
  type TransportHarness,
  transportConformance,
  virtualTime,
} from "@swarm-space/testkit/conformance";
import type { Subject } from "../subject.ts";

const capabilities: TransportCapabilities = {
  tellsAbsence: true,
  rendezvous: true,
  relayed: true,
  kill: true,
  probes: "it sends nothing while nothing is to be sent, so a death is noticed by who sends",
  rubbish: true,
  resources: true,
};

/** Datagram transports by one relay, in virtual time, in weather that loses, doubles and reorders. */
export function datagramHarness(): TransportHarness {
  const clock = new VirtualClock();
  const network = new DatagramNetwork({ clock, seed: 7 });
  network.inject({}, { latencyMs: 5, jitterMs: 10, loss: 0.1, duplicate: 0.1, reorder: 0.2 });
  const deaths = new Map<Transport, AbortController>();
  return {
    make() {
      const own = new LifeClock(clock);
      const death = new AbortController();
      death.signal.addEventListener("abort", () => own.die());
      const transport = new DatagramTransport({
        network,
        id: "road",
        peer: `node-${deaths.size + 1}`,
        clock: own,
        swarmNetwork: "",
        rendezvous: "relay",
        death: death.signal,
      });
      deaths.set(transport, death);
      return { transport };
    },
    time: virtualTime(clock),
    limits: { patienceMs: 120_000, settleMs: 500, lostWithinMs: 120_000 },
    kill: ({ transport }) => deaths.get(transport)?.abort(),
    takeRendezvousAway: async () => network.outage("road").undo,
    throwRubbish({ transport }) {
      for (const datagram of rubbish(transport.addresses()[0]?.value ?? "")) network.send(datagram);
    },
    held: () => new Map([["timer", clock.pending]]),
    dispose: () => undefined,
  };
}

export const datagramTransport: Subject = {
  name: "datagram-transport",
  conform: (runner, form) => transportConformance({ runner, form, create: datagramHarness, capabilities }),
};

/** Of links that stand and of links that never were, from somebody else. */
function rubbish(to: string): readonly Datagram[] {
  const kinds = ["data", "ack", "reset", "synack"] as const;
  const links = [1, 2, 3, -1, 1e9, Number.NaN];
  return links.flatMap((link) =>
    kinds.flatMap((kind) =>
      [0, 1, -1, 1e9, Number.NaN].map((seq) => {
        const frame = kind === "data" ? { frame: new Uint8Array(30).fill(seq) } : {};
        return { transport: "road", from: "stranger", to, link, kind, seq, next: seq, ...frame };
      }),
    ),
  );
}
