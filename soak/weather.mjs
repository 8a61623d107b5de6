/** What goes wrong in each round, at shares of its length. Every fault is over at the end of the round. */
const plan = [
  { at: 0.1, until: 0.18, fault: "alpha cut" },
  { at: 0.22, until: 0.3, fault: "beta cut" },
  { at: 0.34, until: 0.42, fault: "both cut" },
  { at: 0.46, until: 0.58, fault: "alpha silent" },
  { at: 0.62, until: 0.74, fault: "relay dead" },
  { at: 0.68, until: 0.72, fault: "alpha cut" },
];

/** Cuts roads and heals them, and kills the relay, while letters flow. */
export async function weather({ network, relay, forMs, counts }) {
  const startedAt = performance.now();
  const undo = [];
  const until = (share) =>
    new Promise((resolve) => setTimeout(resolve, Math.max(0, startedAt + share * forMs - performance.now())));
  const faults = {
    "alpha cut": async () => network.outage({ transport: "alpha" }),
    "beta cut": async () => network.outage({ transport: "beta" }),
    "both cut": async () => {
      const both = [network.outage({ transport: "alpha" }), network.outage({ transport: "beta" })];
      return () => {
        for (const each of both) each();
      };
    },
    "alpha silent": async () => network.inject({ transport: "alpha" }, { blackhole: true }),
    "relay dead": async () => {
      await relay.kill();
      return () => relay.start();
    },
  };
  const one = async ({ at, until: end, fault }) => {
    await until(at);
    const heal = await faults[fault]();
    counts.set(fault, (counts.get(fault) ?? 0) + 1);
    undo.push(heal);
    await until(end);
    await heal();
  };
  await Promise.all(plan.map(one));
}
