import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { systemClock, systemRandom } from "@swarm-space/core";
import { MediumTransport } from "@swarm-space/core/medium";
import { activeResources } from "@swarm-space/testkit";
import { transportConformance } from "@swarm-space/testkit/conformance";
import { httpMedium } from "./http-transport.js";

describe("http transport", () =>
  transportConformance({
    runner: { describe, it, skip: (name, skip) => it(name, { skip }) },
    capabilities: {
      tellsAbsence: true,
      rendezvous: "it depends on no relay and no server",
      relayed: "nobody carries its bytes",
      kill: "both nodes of a check live in one process",
      probes: "as above",
      rubbish: true,
      resources: "fetch keeps its idle sockets for a while: they are the platform's",
    },
    async create() {
      const options = { clock: systemClock(), random: systemRandom() };
      return {
        make: () => ({ transport: new MediumTransport(httpMedium(), options) }),
        async throwRubbish({ transport }) {
          const [{ value }] = transport.addresses();
          for (const body of ["", "rubbish", new Uint8Array(1_000_000)])
            await fetch(value, { method: "POST", body }).catch(() => undefined);
        },
        held: activeResources,
        limits: { settleMs: 200 },
        dispose: () => sleep(0),
      };
    },
  }));
