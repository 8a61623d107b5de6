import type { ActiveFault, DatagramNetwork, SeededRandom, VirtualClock } from "@swarm-space/testkit";
import type { ChainTown } from "./town.ts";

export interface ChainWeatherOptions {
  readonly clock: VirtualClock;
  readonly network: DatagramNetwork;
  /** Whose weather it is. */
  readonly transport: string;
  readonly town: ChainTown;
  readonly random: SeededRandom;
  /** Faults begin and end within this time. */
  readonly chaosMs: number;
}

/** Plans a seed's faults on the clock: always loss, a split, a crash of each kind; the rest is drawn. @returns their end */
export function planChainWeather({
  clock,
  network,
  transport,
  town,
  random,
  chaosMs,
}: ChainWeatherOptions): () => void {
  const active = new Set<() => void>();
  const names = town.nodes.map(({ id }) => id);
  const moment = (endsMs: number) => 300 + random.float() * (chaosMs - endsMs);
  const node = () => random.integer(names.length);
  const during = (name: string, begin: () => ActiveFault, leastMs: number, mostMs: number) => {
    const forMs = leastMs + random.float() * (mostMs - leastMs);
    clock.timer(moment(mostMs), () => {
      const fault = begin();
      let isOver = false;
      const end = () => {
        if (isOver) return;
        isOver = true;
        active.delete(end);
        fault.undo();
        if (fault.bites > 0) town.count(`bit ${name}`);
      };
      active.add(end);
      clock.timer(forMs, end);
    });
  };
  const kinds = {
    split: () => {
      const shuffled = names.map((name) => ({ name, key: random.float() })).sort((one, other) => one.key - other.key);
      const parted = 2 + random.integer(names.length - 3);
      const groups = [shuffled.slice(0, parted), shuffled.slice(parted)].map((each) => each.map(({ name }) => name));
      during("split", () => network.partition(groups), 3_000, 9_000);
    },
    loss: () => {
      const loss = 0.1 + random.float() * 0.2;
      during("loss", () => network.inject({ transport }, { loss }), 3_000, 8_000);
    },
    "one way cut": () => {
      const [from = "", to = ""] = [names[node()], names[node()]];
      during("one way cut", () => network.inject({ transport, from, to }, { cut: true }), 1_000, 6_000);
    },
    alone: () => {
      const from = names[node()] ?? "";
      during("alone", () => network.partition([[from], names.filter((name) => name !== from)]), 1_000, 5_000);
    },
    slow: () => {
      const from = names[node()] ?? "";
      during("slow", () => network.inject({ transport, from }, { latencyMs: 900, jitterMs: 600 }), 1_000, 5_000);
    },
    kill: () => crash("kill"),
    power: () => crash("power"),
    "full disk": () => {
      const disk = town.nodes[node()]?.disk;
      if (disk === undefined) return;
      const before = disk.counters.refused;
      during(
        "full disk",
        () => {
          disk.full = true;
          return {
            get bites() {
              return disk.counters.refused - before;
            },
            undo: () => {
              disk.full = false;
            },
          };
        },
        300,
        2_000,
      );
    },
  };
  function crash(kind: "kill" | "power"): void {
    const at = node();
    const downMs = 100 + random.float() * 4_000;
    clock.timer(moment(4_000), () => {
      town.crash(at, kind);
      town.count(`crash by ${kind}`);
      clock.timer(downMs, () => town.boot(at));
    });
  }

  network.inject({ transport }, { latencyMs: 5 + random.float() * 60, jitterMs: random.float() * 60 });
  kinds.loss();
  kinds.split();
  kinds.kill();
  kinds.power();
  for (let more = 0; more < 4; more += 1) {
    const kind = random.pick(Object.values(kinds));
    kind?.();
  }
  return () => {
    for (const end of [...active]) end();
    for (const at of town.nodes.keys()) town.boot(at);
  };
}
