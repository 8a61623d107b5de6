import {
  type ActiveFault,
  type DatagramNetwork,
  type MailKeeper,
  media,
  type SeededRandom,
  type VirtualClock,
} from "@swarm-space/testkit";
import { type MailWeather, planMailWeather } from "./mail-weather.ts";
import { type Town, transports } from "./town.ts";

/** A fault that was planned, and how often it hit something. */
export interface Episode {
  readonly name: string;
  readonly bites: () => number;
}

export interface WeatherOptions {
  readonly clock: VirtualClock;
  readonly network: DatagramNetwork;
  readonly random: SeededRandom;
  readonly town: Town;
  readonly keeper: MailKeeper | undefined;
  /** Faults begin and end within this time. */
  readonly chaosMs: number;
}

/** The link ladder: each transport takes a rung. */
const ladder = [media.lan, media.wifi, media.broadband, media.mobile, media.satellite];

/** So many faults hit something in every seed. */
const leastBites = 6;

/** In so many seeds the process of a node stands still for a while, and goes on. */
const sleepShare = 0.4;

/** In so many seeds a node does without one of its transports for a while. */
const disabledShare = 0.5;

export interface Weather {
  readonly episodes: readonly Episode[];
  /** Ends every fault but a parting. */
  readonly heal: () => void;
  /** Undefined: nobody keeps letters. */
  readonly mail: MailWeather | undefined;
}

/** Plans a seed's faults on the clock. Loss, doubles and disorder are always among them; the rest is drawn. */
export function planWeather(o: WeatherOptions): Weather {
  const { clock, network, random, town, keeper, chaosMs } = o;
  const episodes: Episode[] = [];
  const active = new Set<() => void>();
  const names = town.nodes.map(({ identity }) => identity.id);
  for (const transport of transports) network.inject({ transport }, random.pick(ladder) ?? media.lan);

  /** A fault that holds from some moment for some time. */
  const from = (name: string, atMs: number, forMs: () => number, begin: () => ActiveFault) => {
    const fault: { active?: ActiveFault } = {};
    episodes.push({ name, bites: () => fault.active?.bites ?? 0 });
    clock.timer(atMs, () => {
      const begun = begin();
      fault.active = begun;
      active.add(begun.undo);
      clock.timer(forMs(), begun.undo);
    });
  };
  const during = (name: string, begin: () => ActiveFault, leastMs: number, mostMs: number) =>
    from(name, 400 + random.float() * (chaosMs - 2_000), () => leastMs + random.float() * (mostMs - leastMs), begin);
  const once = (name: string, atMs: number, happen: () => number) => {
    const hit = { bites: 0 };
    episodes.push({ name, bites: () => hit.bites });
    clock.timer(atMs, () => {
      hit.bites += happen();
    });
  };
  const node = () => random.integer(names.length);
  const place = () => random.pick(transports) ?? "alpha";
  const pair = () => {
    const from = node();
    return [names[from] ?? "", names[(from + 1 + random.integer(names.length - 1)) % names.length] ?? ""] as const;
  };

  const kinds: Record<string, () => void> = {
    "one way cut": () => {
      const [from, to] = pair();
      const scope = random.chance(0.5) ? { from, to } : { from, to, transport: place() };
      during("one way cut", () => network.inject(scope, { cut: true }), 1_500, 6_000);
    },
    partition: () => {
      const shuffled = names.map((name) => ({ name, key: random.float() })).sort((a, b) => a.key - b.key);
      const parted = 1 + random.integer(names.length - 1);
      const groups = [shuffled.slice(0, parted), shuffled.slice(parted)].map((each) => each.map(({ name }) => name));
      during("partition", () => network.partition(groups), 1_000, 6_000);
    },
    outage: () => {
      const transport = place();
      const nodes = random.chance(0.5) ? undefined : [names[node()] ?? ""];
      during("outage", () => network.outage(transport, nodes), 1_000, 5_000);
    },
    silence: () => {
      const transport = place();
      during("silence", () => network.inject({ transport }, { cut: true }), 2_000, 6_000);
    },
    crash: () => {
      const at = node();
      const kind = random.chance(0.5) ? "kill" : "power";
      const downMs = 100 + random.float() * 3_000;
      once(`crash by ${kind}`, 1_000 + random.float() * (chaosMs - 3_000), () => {
        clock.timer(downMs, () => town.boot(at));
        return town.crash(at, kind);
      });
    },
    "full disk": () => {
      const full = random.pick(town.nodes.filter(({ disk }) => disk !== undefined))?.disk;
      if (full === undefined) return;
      during(
        "full disk",
        () => {
          full.full = true;
          return {
            get bites() {
              return full.counters.refused;
            },
            undo: () => {
              full.full = false;
            },
          };
        },
        300,
        1_500,
      );
    },
    "another rung": () => {
      const transport = place();
      const faults = random.pick(ladder) ?? media.lan;
      during("another rung", () => network.inject({ transport }, faults), 2_000, 6_000);
    },
  };

  during("loss 20 %", () => network.inject({}, { loss: 0.2 }), 4_000, 8_000);
  during("doubles 30 %", () => network.inject({}, { duplicate: 0.3 }), 4_000, 8_000);
  during("disorder", () => network.inject({}, { reorder: 0.5 }), 4_000, 8_000);
  kinds.crash?.();
  kinds["one way cut"]?.();
  const drawn = ["one way cut", "partition", "outage", "silence", "crash", "crash", "full disk", "another rung"];
  for (let i = 0; i < 5; i++) kinds[random.pick(drawn) ?? ""]?.();
  // Drawn from a stream of their own, as the sleepers came last.
  const sleepers = random.fork("sleepers");
  if (sleepers.chance(sleepShare)) {
    const at = sleepers.integer(names.length);
    const forMs = 2_500 + sleepers.float() * 6_000;
    from(
      "process stopped",
      1_000 + sleepers.float() * (chaosMs - 4_000),
      () => forMs,
      () => town.freeze(at),
    );
  }
  const switches = random.fork("plugins");
  if (switches.chance(disabledShare)) {
    const at = switches.integer(names.length);
    const transport = switches.pick(transports) ?? "alpha";
    const forMs = 500 + switches.float() * 4_000;
    from(
      "plugin disabled",
      1_000 + switches.float() * (chaosMs - 4_000),
      () => forMs,
      () => town.disable(at, transport),
    );
  }
  const mail =
    keeper &&
    planMailWeather({
      clock,
      network,
      keeper,
      town,
      random: random.fork("mail"),
      from: (name, atMs, forMs, begin) => from(name, atMs, () => forMs, begin),
      told: (name, bites) => void episodes.push({ name, bites }),
      once,
    });
  // A mild seed is made worse while letters are still written.
  clock.timer(chaosMs - 2_500, () => {
    const last = [
      { name: "late outage", begin: () => network.outage("alpha") },
      { name: "late silence", begin: () => network.inject({ transport: "beta" }, { cut: true }) },
      { name: "late one way cut", begin: () => network.inject({ from: names[0] ?? "" }, { cut: true }) },
    ];
    const missing = leastBites - episodes.filter(({ bites }) => bites() > 0).length;
    for (const { name, begin } of last.slice(0, Math.max(0, missing))) {
      const fault = begin();
      active.add(fault.undo);
      episodes.push({ name, bites: () => fault.bites });
      clock.timer(900, fault.undo);
    }
  });
  return {
    episodes,
    heal: () => {
      for (const undo of active) undo();
      for (const at of town.nodes.keys()) town.boot(at);
    },
    mail,
  };
}
