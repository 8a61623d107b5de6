import { systemClock } from "@swarm-space/core";
import {
  alterTransport,
  type FlawedTransport,
  flawedTransports,
  runTransportCheck,
  type TransportHarness,
  transportChecks,
} from "@swarm-space/testkit/conformance";
import { describe, expect, it } from "vitest";
import { LifeClock, MemoryNetwork, MemoryTransport } from "../src/index.ts";

/** Memory transports behind one relay, each with the same flaw. A sound one needs none of this patience. */
function harness(flawed?: FlawedTransport): TransportHarness {
  const network = new MemoryNetwork({ schedule: (run) => queueMicrotask(() => surviving(run)) });
  const clock = new LifeClock(systemClock());
  const alteration = flawed?.spoil({ clock }) ?? {};
  let made = 0;
  return {
    make() {
      const o = { network, name: `node-${++made}`, rendezvous: "relay", capabilities: { direct: false } };
      return { transport: alterTransport(new MemoryTransport(o), alteration) };
    },
    limits: { patienceMs: 150, settleMs: 20, lostWithinMs: 150, mostUnreadBytes: 67_108_864 },
    kill: ({ transport }) => void network.drop({ from: transport.addresses()[0]?.value ?? "" }),
    takeRendezvousAway: async () => network.outage({ rendezvous: "relay" }),
    held: () => new Map([["timer", clock.pending]]),
    dispose: () => clock.die(),
  };
}

function surviving(run: () => void): void {
  try {
    run();
  } catch {
    // What a reader throws is the check's own matter.
  }
}

describe("the transport suite", () => {
  it("has at least 40 checks of different names", () => {
    expect(transportChecks.length).toBeGreaterThanOrEqual(40);
    expect(new Set(transportChecks.map(({ promise }) => promise)).size).toBe(transportChecks.length);
  });

  it.each(flawedTransports)("is red on a transport that $flaw", async (flawed) => {
    const check = transportChecks.find(({ promise }) => promise === flawed.caughtBy);
    expect(check, `a check of the name "${flawed.caughtBy}"`).toBeDefined();
    if (check === undefined) return;
    await expect(runTransportCheck(check, () => harness(flawed))).rejects.toThrow();
    // The same check is green without the flaw: it was the flaw that it saw.
    await runTransportCheck(check, () => ({ ...harness(), limits: { settleMs: 20 } }));
  });

  it("has a zoo of at least 15 flaws of different names", () => {
    expect(flawedTransports.length).toBeGreaterThanOrEqual(15);
    expect(new Set(flawedTransports.map(({ flaw }) => flaw)).size).toBe(flawedTransports.length);
  });
});
