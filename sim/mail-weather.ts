import type { ActiveFault, DatagramNetwork, MailKeeper, SeededRandom, VirtualClock } from "@swarm-space/testkit";
import { type Town, transports } from "./town.ts";

export interface MailWeatherOptions {
  readonly clock: VirtualClock;
  readonly network: DatagramNetwork;
  readonly keeper: MailKeeper;
  readonly random: SeededRandom;
  readonly town: Town;
  /** A fault that begins at a moment and holds for some time. */
  readonly from: (name: string, atMs: number, forMs: number, begin: () => ActiveFault) => void;
  /** A fault that is counted under a name, and has no end of its own. */
  readonly told: (name: string, bites: () => number) => void;
  /** Something that happens once. */
  readonly once: (name: string, atMs: number, happen: () => number) => void;
}

/** So many seeds with mailboxes, and with a disk at the node that is away, have two nodes that are parted. */
const partedShare = 0.8;
/** So many seeds with mailboxes have a quarrel. */
const quarrelShare = 0.9;

/** Two nodes that no road joins until they are reunited: letters of the one reach the other by mailbox, or not at all. */
export interface Parting {
  readonly writer: number;
  readonly reader: number;
  reunite(): void;
}

/** Letters of one channel cross while the roads go: some arrive and nobody hears of it, one before them does not. */
export interface Quarrel {
  readonly writer: number;
  readonly reader: number;
  readonly atMs: number;
}

export interface MailWeather {
  readonly parting: Parting | undefined;
  readonly quarrel: Quarrel | undefined;
}

/** A node is away for so long that letters go to its mailbox; and the keeper of mailboxes is as flawed as keepers are. */
export function planMailWeather(o: MailWeatherOptions): MailWeather {
  const { clock, network, keeper, random, town, from, once } = o;
  const between = (least: number, most: number) => least + random.float() * (most - least);
  const away = random.integer(town.nodes.length);
  const leavesAt = between(1_000, 5_000);
  const awayMs = random.chance(0.5) ? between(3_000, 7_000) : between(8_000, 12_000);
  once("long absence", leavesAt, () => {
    clock.timer(awayMs, () => town.boot(away));
    return town.crash(away, random.chance(0.5) ? "kill" : "power");
  });
  // The relay that keeps letters carries connections too: both are away while it is restarted.
  const forgets = random.chance(0.75);
  from(forgets ? "relay forgot" : "relay restarted", leavesAt + between(3_500, 5_500), between(300, 1_500), () => {
    const faults = [network.outage("gamma"), keeper.restart({ forgets })];
    return {
      get bites() {
        return faults.reduce((sum, { bites }) => sum + bites, 0);
      },
      undo: () => {
        for (const fault of faults) fault.undo();
      },
    };
  });
  const flaws = [
    { name: "mail twice", faults: { twice: 0.6 } },
    { name: "mail held back", faults: { holdMs: 4_000 } },
    { name: "mail unanswered", faults: { unanswered: 0.4 } },
  ];
  for (const { name, faults } of flaws) {
    if (random.chance(0.6)) from(name, between(500, 6_000), between(6_000, 14_000), () => keeper.inject(faults));
  }
  // Who has no disk comes back without the keys of its letters: what was sealed to it is lost until others know its new card.
  const canRead = town.nodes[away]?.disk !== undefined;
  return {
    parting: canRead && random.chance(partedShare) ? part(o, away, leavesAt) : undefined,
    quarrel: random.chance(quarrelShare) ? quarrel(o) : undefined,
  };
}

/** From the moment at which the reader leaves. */
function part({ clock, network, random, town, told }: MailWeatherOptions, reader: number, atMs: number): Parting {
  const writer = (reader + 1 + random.integer(town.nodes.length - 1)) % town.nodes.length;
  const [one, other] = [idOf(town, writer), idOf(town, reader)];
  const faults: ActiveFault[] = [];
  told("parted", () => faults.reduce((sum, { bites }) => sum + bites, 0));
  clock.timer(atMs, () => {
    faults.push(
      network.inject({ from: one, to: other }, { cut: true }),
      network.inject({ from: other, to: one }, { cut: true }),
    );
  });
  return {
    writer,
    reader,
    reunite: () => {
      for (const { undo } of faults) undo();
    },
  };
}

/** First no word comes back, and one road is gone; then all are, for longer than a letter waits before it goes to a mailbox. */
function quarrel({ network, random, town, from }: MailWeatherOptions): Quarrel {
  const writer = random.integer(town.nodes.length);
  const reader = (writer + 1 + random.integer(town.nodes.length - 1)) % town.nodes.length;
  const [one, other] = [idOf(town, writer), idOf(town, reader)];
  const atMs = 3_000 + random.float() * 6_000;
  const muteMs = 200 + random.float() * 800;
  const lastsMs = 7_000 + random.float() * 4_000;
  const transport = random.pick(transports) ?? "alpha";
  from("no word back", atMs, lastsMs, () => network.inject({ from: other, to: one }, { cut: true }));
  from("road gone", atMs, lastsMs, () => network.inject({ from: one, to: other, transport }, { cut: true }));
  from("fallen out", atMs + muteMs, lastsMs - muteMs, () => network.inject({ from: one, to: other }, { cut: true }));
  return { writer, reader, atMs };
}

function idOf(town: Town, at: number): string {
  return town.nodes[at]?.identity.id ?? "";
}
