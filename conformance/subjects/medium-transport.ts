import { systemClock, systemRandom } from "@swarm-space/core";
import { MediumTransport } from "@swarm-space/core/medium";
import { activeResources } from "@swarm-space/testkit";
import { type TransportHarness, transportConformance } from "@swarm-space/testkit/conformance";
import { broadcastMedium } from "../../examples/third-party-transport/broadcast-transport.ts";
import type { Subject } from "../subject.ts";

function broadcastHarness(): TransportHarness {
  const [clock, random] = [systemClock(), systemRandom()];
  const room = `conformance ${random.float()}`;
  let made = 0;
  return {
    make() {
      made += 1;
      const transport = new MediumTransport(broadcastMedium(room, `tab-${made}`), {
        clock,
        random,
        dialTimeoutMs: 1_000,
      });
      return { transport };
    },
    async throwRubbish() {
      const stranger = new BroadcastChannel(`swarm-space:${room}`);
      for (const data of [null, 7, "text", {}, { from: 1, bytes: [] }, { from: "x", bytes: new Uint8Array(1 << 20) }])
        stranger.postMessage(data);
      stranger.close();
    },
    held: activeResources,
    limits: { settleMs: 100 },
    dispose: () => undefined,
  };
}

/** The transport of examples/third-party-transport, and with it `MediumTransport`. */
export const mediumTransport: Subject = {
  name: "third-party-transport",
  conform: (runner, form) =>
    transportConformance({
      runner,
      form,
      create: broadcastHarness,
      capabilities: {
        tellsAbsence: "a BroadcastChannel does not say who listens",
        rendezvous: "it depends on no relay and no server",
        relayed: "nobody carries its bytes",
        kill: "a BroadcastChannel does not say that somebody listens no longer; the kernel's own probes do",
        probes: "as above",
        rubbish: true,
        resources: true,
      },
    }),
};
