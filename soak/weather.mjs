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
export class Weather {
  /** How often each fault that is planned bit: it ended a link, swallowed a frame, or a node said that its road was gone. */
  counts = new Map(plan.map(({ fault }) => [fault, 0]));
  #network;
  #relay;
  #undo;
  #relaysLost = 0;

  constructor({ network, relay, nodes }) {
    this.#network = network;
    this.#relay = relay;
    this.#undo = nodes.map((node) =>
      node.on("transport:state", ({ transport, state }) => {
        if (transport === "gun" && state !== "ready" && state !== "active") this.#relaysLost++;
      }),
    );
  }

  /** One round. */
  async blow(forMs) {
    const startedAt = performance.now();
    const until = (share) =>
      new Promise((resolve) => setTimeout(resolve, Math.max(0, startedAt + share * forMs - performance.now())));
    const one = async ({ at, until: end, fault }) => {
      await until(at);
      const before = this.#bites(fault);
      const heal = await this.#begin(fault);
      await until(end);
      if (this.#bites(fault) > before) this.counts.set(fault, this.counts.get(fault) + 1);
      await heal();
    };
    await Promise.all(plan.map(one));
  }

  end() {
    for (const each of this.#undo.splice(0)) each();
  }

  async #begin(fault) {
    if (fault === "alpha cut") return this.#network.outage({ transport: "alpha" });
    if (fault === "beta cut") return this.#network.outage({ transport: "beta" });
    if (fault === "alpha silent") return this.#network.inject({ transport: "alpha" }, { blackhole: true });
    if (fault === "both cut") {
      const both = ["alpha", "beta"].map((transport) => this.#network.outage({ transport }));
      return () => {
        for (const each of both) each();
      };
    }
    await this.#relay.kill();
    return () => this.#relay.start();
  }

  #bites(fault) {
    if (fault === "relay dead") return this.#relaysLost;
    const { connectionsLost, swallowed } = this.#network.counters;
    return fault === "alpha silent" ? swallowed : connectionsLost;
  }
}
