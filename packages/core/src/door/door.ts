import type { Clock } from "../ports/clock.ts";
import type { EventBus } from "../ports/events.ts";
import type { PeerId } from "../ports/identity.ts";
import type { Connection } from "../ports/transport.ts";
import { setBounded } from "./bounded-map.ts";
import { type DoorPolicy, doorPolicy } from "./door-policy.ts";
import { Graylist, type GraylistEntry } from "./graylist.ts";
import { HandshakeGate } from "./handshake-gate.ts";
import { type Offence, offences } from "./offences.ts";
import { originOf } from "./remote-origin.ts";
import { type Waste, WasteBudget } from "./waste-budget.ts";

/** What of a connection tells where it comes from. */
export type Remote = Pick<Connection, "transport" | "remote" | "rendezvous" | "capabilities">;

/** Why somebody is not let in. */
export interface DoorRefusal {
  /** `DOOR_BUSY`: others are too many; try again soon. */
  readonly code: "RATE_EXCEEDED" | "PEER_GRAYLISTED" | "DOOR_BUSY";
  readonly detail: string;
}

/** Who did it, as far as it is known. */
export interface Offender {
  readonly peer?: PeerId;
  readonly remote?: Remote;
}

/** Standings as they are kept over a restart. Keys begin with `peer:` or `range:`. */
export type DoorStandings = readonly GraylistEntry[];

/**
 * Who is let in, and how much may be wasted on whom. All of it is this node's own experience: no peer's word about another
 * counts. Behind a proxy, a transport must give the address the proxy names as `remote`: else all share one range.
 */
export interface Door {
  /** Before a handshake, from what costs nothing to know. Undefined: it may begin. */
  admit(remote: Remote): DoorRefusal | undefined;
  /** After the handshake. Undefined: the peer is welcome. */
  welcome(peer: PeerId, remote: Remote): DoorRefusal | undefined;
  /** Who came in was let in: what the handshake took of the rates is given back. Not for our own dials, which took nothing. */
  proved(remote: Remote): void;
  /** Until when a peer is refused, on the monotonic clock. */
  refusedUntil(peer: PeerId): number | undefined;
  /** Something against the rules. What the seal does not prove to be the peer's own is charged to the range alone. */
  offend(offence: Offence, who: Offender): void;
  /** Charges what a frame wasted. False: over the budget past the grace; the peer is charged and must go. */
  spend(peer: PeerId, remote: Remote, waste: Waste): boolean;
  export(): DoorStandings;
  /** Takes what an earlier run kept; nonsense is left out. */
  import(standings: DoorStandings): void;
}

export interface DoorRooms {
  readonly clock: Clock;
  readonly events: EventBus;
  readonly policy?: DoorPolicy;
}

/** The kernel's door. */
export class LocalDoor implements Door {
  readonly #clock: Clock;
  readonly #events: EventBus;
  readonly #policy: DoorPolicy;
  readonly #peers: Graylist;
  readonly #ranges: Graylist;
  readonly #gate: HandshakeGate;
  readonly #node: WasteBudget;
  readonly #budgets = new Map<PeerId, WasteBudget>();

  constructor({ clock, events, policy = doorPolicy }: DoorRooms) {
    this.#clock = clock;
    this.#events = events;
    this.#policy = policy;
    const { halfLifeMs, mostScores: most, peerThreshold, rangeThreshold } = policy;
    this.#peers = new Graylist({ clock, halfLifeMs, most, threshold: peerThreshold });
    this.#ranges = new Graylist({ clock, halfLifeMs, most, threshold: rangeThreshold });
    this.#gate = new HandshakeGate(policy.handshakes, clock.now());
    this.#node = new WasteBudget(policy.nodeWaste, clock.now(), 1);
  }

  /** How many budgets are remembered. */
  get budgets(): number {
    return this.#budgets.size;
  }

  get scores(): number {
    return this.#peers.size + this.#ranges.size;
  }

  admit(remote: Remote): DoorRefusal | undefined {
    const origin = originOf(remote);
    const { scores, handshakes } = this.#policy.guards;
    const until = scores && origin.range !== undefined ? this.#ranges.refusedUntil(origin.range) : undefined;
    if (until !== undefined) return this.#graylisted(`the range ${origin.range}`, until);
    if (!handshakes) return undefined;
    const tooFast = this.#gate.knock(origin, this.#clock.now());
    if (tooFast === undefined) return undefined;
    if (tooFast === "node") return { code: "DOOR_BUSY", detail: "too many handshakes from all together" };
    if (tooFast === "relay") return { code: "DOOR_BUSY", detail: `too many handshakes by ${origin.relay}` };
    this.offend("handshakeRate", { remote });
    return { code: "RATE_EXCEEDED", detail: `too many handshakes from ${origin.range}` };
  }

  welcome(peer: PeerId, remote: Remote): DoorRefusal | undefined {
    const until = this.refusedUntil(peer);
    if (until === undefined) return undefined;
    this.offend("graylistedReturn", { remote });
    return this.#graylisted(peer, until);
  }

  proved(remote: Remote): void {
    this.#gate.proved(originOf(remote), this.#clock.now());
  }

  refusedUntil(peer: PeerId): number | undefined {
    return this.#policy.guards.scores ? this.#peers.refusedUntil(peer) : undefined;
  }

  offend(offence: Offence, { peer, remote }: Offender): void {
    if (!this.#policy.guards.scores) return;
    const weight = offences[offence];
    if (peer !== undefined && this.#peers.add(peer, weight.peer)) {
      const until = this.#peers.refusedUntil(peer) ?? this.#clock.now();
      this.#events.emit("peer:graylisted", { peer, range: undefined, offence, forMs: until - this.#clock.now() });
    }
    const range = remote === undefined || weight.range === 0 ? undefined : originOf(remote).range;
    if (range !== undefined && this.#ranges.add(range, weight.range)) {
      const until = this.#ranges.refusedUntil(range) ?? this.#clock.now();
      this.#events.emit("peer:graylisted", { peer: undefined, range, offence, forMs: until - this.#clock.now() });
    }
  }

  spend(peer: PeerId, remote: Remote, waste: Waste): boolean {
    if (!this.#policy.guards.budgets) return true;
    const now = this.#clock.now();
    const scarce = this.#node.spend(waste, now) !== "within";
    if (this.#budgetOf(peer, now).spend(waste, now, scarce) !== "over") return true;
    this.offend("rateExceeded", { peer, remote });
    return false;
  }

  export(): DoorStandings {
    const named = (prefix: string, list: Graylist) =>
      list.export().map(({ key, ...entry }) => ({ key: `${prefix}${key}`, ...entry }));
    return [...named("peer:", this.#peers), ...named("range:", this.#ranges)];
  }

  import(standings: DoorStandings): void {
    if (!Array.isArray(standings)) return;
    const named = (prefix: string) =>
      standings
        .filter((entry) => typeof entry?.key === "string" && entry.key.startsWith(prefix))
        .map((entry) => ({ ...entry, key: entry.key.slice(prefix.length) }));
    this.#peers.import(named("peer:"));
    this.#ranges.import(named("range:"));
  }

  #graylisted(who: string, until: number): DoorRefusal {
    const seconds = Math.ceil((until - this.#clock.now()) / 1000);
    return { code: "PEER_GRAYLISTED", detail: `${who} misbehaved, and is refused for another ${seconds} s` };
  }

  #budgetOf(peer: PeerId, now: number): WasteBudget {
    const known = this.#budgets.get(peer);
    if (known !== undefined) return known;
    const made = new WasteBudget(this.#policy.peerWaste, now);
    setBounded(this.#budgets, peer, made, this.#policy.mostBudgets, (each) => -each.level(now));
    return made;
  }
}
