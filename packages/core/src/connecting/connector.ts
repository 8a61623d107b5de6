import { SwarmError } from "../errors/index.ts";
import type { LiveLink } from "../messaging/live-link.ts";
import type { PeerId } from "../ports/identity.ts";
import type { Dialer, Guard, Permit, Refusal, RoutePolicy, Way } from "../ports/routing.ts";
import type { SignalOptions, Target, Transport, TransportId } from "../ports/transport.ts";
import { type AttemptRooms, Attempts } from "./attempts.ts";
import { worthDialling } from "./keep.ts";
import { Pursuit } from "./pursuit.ts";
import type { RaceRule } from "./race-delay.ts";
import { beside, byNoneOf, type DialableWay, targetKey, wayKey, waysTo } from "./ways.ts";

export interface ConnectorRooms extends AttemptRooms {
  readonly self: PeerId;
  readonly guard: Guard;
  readonly routes: RoutePolicy;
  readonly dialer: Dialer;
  readonly raceRule: RaceRule;
  readonly transports: () => readonly Transport[];
  readonly waiting: (peer: PeerId) => number;
  readonly waitingFor: () => Iterable<PeerId>;
  /** Somebody waits for a peer to which no link stands. */
  readonly seek: (peer: PeerId) => void;
}

const maxPursuits = 1_024;
/** A link stands: what else is to be kept is dialled calmly. */
const standbyMs = 1_000;
/** Within so long, at random, a way is looked for where none carries: without letters, and for those that an interrupted link holds. */
const awayMs = 500;
const strandedMs = 200;
/** Without a way to try, look again. */
const idleMs = 2_000;

/** Decides which ways are dialled, and when. */
export class Connector {
  readonly #rooms: ConnectorRooms;
  readonly #pursuits = new Map<string, Pursuit>();
  readonly #attempts: Attempts;
  #wanted = new Set<string>();
  #open = false;
  #unsubscribe: (() => void) | undefined;

  constructor(rooms: ConnectorRooms) {
    this.#rooms = rooms;
    this.#attempts = new Attempts(rooms);
  }

  open(): void {
    this.#open = true;
    const undo = [
      this.#rooms.addresses.onChange((key) => this.#sighted(key)),
      this.#rooms.dialer.onChange(() => this.sweep()),
    ];
    this.#unsubscribe = () => {
      for (const each of undo) each();
    };
    this.sweep();
  }

  close(reason: unknown): void {
    this.#open = false;
    this.#unsubscribe?.();
    for (const pursuit of this.#pursuits.values()) pursuit.cancel(reason);
    this.#pursuits.clear();
    this.#wanted.clear();
  }

  /** Looks at every wanted target and every peer with letters. */
  sweep(): void {
    if (!this.#open) return;
    this.#wanted = new Set();
    for (const target of this.#rooms.dialer.wanted()) {
      const key = targetKey(target);
      if (key === undefined || this.#wanted.size >= maxPursuits) continue;
      this.#wanted.add(key);
      const known = this.#pursuits.get(key);
      if (known !== undefined) {
        known.target = target;
        this.#consider(known);
      }
      if (known === undefined) this.#later(this.#pursuit(key, target), this.#politenessMs(target));
    }
    for (const peer of this.#rooms.waitingFor()) this.wantWay(peer);
  }

  /** Letters wait for this peer and no way carries them. */
  wantWay(peer: PeerId): void {
    if (!this.#open) return;
    if (this.#rooms.book.newest(peer) === undefined) this.#rooms.seek(peer);
    this.#consider(this.#pursuit(peer, this.#rooms.addresses.target(peer)));
  }

  /** A link ended at once: the peer will not have us for a while, or the way is spoilt behind the handshake. */
  refused({ way, openedAt }: Pick<LiveLink, "way" | "openedAt">, code: string): void {
    const { record, clock } = this.#rooms;
    record({ kind: "refused", way: { ...way, connected: false }, behindHandshake: true }, openedAt);
    const last = {
      way,
      kind: "refused",
      at: clock.now(),
      code,
      detail: "the link ended as soon as it stood",
    } as const;
    this.#pursuits.get(way.peer)?.note(wayKey(way), last);
  }

  /** A link ended: a wanted peer is dialled again, at once for letters, else after a jitter that spreads a herd. */
  linkClosed(live: LiveLink): void {
    const { peer } = live.way;
    this.#pursuits.get(peer)?.noteTrip(live.way, live.roundTrip.smoothedMs);
    if (!this.#open || !this.#isWanted(peer)) return;
    if (this.#rooms.waiting(peer) > 0) return this.wantWay(peer);
    this.#soon(peer, awayMs);
  }

  /** The medium of the only link is away. It is often back at once, so that even for letters another way waits a moment. */
  stranded(peer: PeerId): void {
    if (this.#open && this.#isWanted(peer)) this.#soon(peer, this.#rooms.waiting(peer) > 0 ? strandedMs : awayMs);
  }

  #soon(peer: PeerId, withinMs: number): void {
    const pursuit = this.#pursuits.get(peer) ?? this.#pursuit(peer, this.#rooms.addresses.target(peer));
    this.#later(pursuit, this.#rooms.random.float() * withinMs);
  }

  /** This node slept or was without network: what it was waiting for is tried anew. Its dials began in another time, and end without a verdict. */
  woke(): void {
    for (const pursuit of this.#pursuits.values()) pursuit.startOver("this node slept or had no network meanwhile");
    this.sweep();
  }

  /** These transports are out of use: their dials are called off, and other ways looked for. */
  leave(transports: ReadonlySet<TransportId>): void {
    const reason = new SwarmError("DIAL_FAILED", "the transport's plugin was disabled");
    for (const pursuit of this.#pursuits.values()) pursuit.abort(reason, (way) => transports.has(way.transport));
    this.sweep();
  }

  /** Resolves when a link to the peer stands. @throws SwarmError `SWARM_STOPPED`; the signal's reason */
  async connect(peer: PeerId, o: SignalOptions): Promise<void> {
    if (!this.#open) throw new SwarmError("SWARM_STOPPED", "the node does not run");
    o.signal.throwIfAborted();
    if (this.#rooms.book.newest(peer) !== undefined) return;
    const pursuit = this.#pursuit(peer, this.#rooms.addresses.target(peer));
    pursuit.callers++;
    this.#rooms.seek(peer);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const onAbort = () => reject(o.signal.reason);
    o.signal.addEventListener("abort", onAbort, { once: true });
    const undo = [
      this.#rooms.events.on("peer:connect", (detail) => detail.peer === peer && resolve()),
      this.#rooms.events.on("swarm:stop", () => reject(new SwarmError("SWARM_STOPPED", "the node was stopped"))),
    ];
    try {
      this.#consider(pursuit);
      await promise;
    } finally {
      pursuit.callers--;
      o.signal.removeEventListener("abort", onAbort);
      for (const each of undo) each();
    }
  }

  /** For `explain`. */
  pursuitOf(peer: PeerId): Pursuit | undefined {
    return this.#pursuits.get(peer);
  }

  #pursuit(key: string, target: Target): Pursuit {
    const known = this.#pursuits.get(key);
    if (known !== undefined) {
      if (target.addresses.length > 0) known.target = target;
      return known;
    }
    const made = new Pursuit(key, target);
    this.#pursuits.set(key, made);
    for (const [old, pursuit] of this.#pursuits) {
      if (this.#pursuits.size <= maxPursuits) break;
      if (pursuit !== made && !this.#isWanted(old)) this.#drop(pursuit);
    }
    return made;
  }

  #isWanted(key: string): boolean {
    return this.#wanted.has(key) || this.#rooms.waiting(key) > 0 || (this.#pursuits.get(key)?.callers ?? 0) > 0;
  }

  /** It may be back, or elsewhere: who asked for it before anybody knew where it is waits for no dialer to name it. */
  #sighted(key: string): void {
    const pursuit = this.#pursuits.get(key);
    if (pursuit === undefined) return;
    const { peer } = pursuit.target;
    if (peer !== undefined) pursuit.target = this.#rooms.addresses.target(peer);
    pursuit.sighted();
    if (pursuit.callers > 0 || this.#rooms.waiting(key) > 0) this.#consider(pursuit);
  }

  #drop(pursuit: Pursuit): void {
    pursuit.cancel(new SwarmError("DIAL_FAILED", "nobody asks for this peer any more"));
    this.#pursuits.delete(pursuit.key);
  }

  /** Of two that sight each other the lower id dials first, so that glare stays rare. Who has no name is not known to sight us. */
  #politenessMs({ peer }: Target): number {
    return peer !== undefined && this.#rooms.self > peer
      ? 300 + this.#rooms.random.float() * 200
      : this.#rooms.random.float() * 50;
  }

  #later(pursuit: Pursuit, delayMs: number): void {
    if (!this.#open || this.#pursuits.get(pursuit.key) !== pursuit) return;
    const at = this.#rooms.clock.now() + delayMs;
    if (pursuit.nextAt !== undefined && pursuit.nextAt <= at) return;
    pursuit.timer?.[Symbol.dispose]();
    pursuit.nextAt = at;
    pursuit.timer = this.#rooms.clock.timer(delayMs, () => {
      pursuit.timer = undefined;
      pursuit.nextAt = undefined;
      this.#consider(pursuit);
    });
  }

  #consider(pursuit: Pursuit): void {
    if (!this.#open || this.#pursuits.get(pursuit.key) !== pursuit) return;
    if (!this.#isWanted(pursuit.key)) return this.#drop(pursuit);
    const links = this.#rooms.book.links(pursuit.key);
    const live = links.filter(carries);
    const standing = live.map(({ way }) => way);
    if (this.#rooms.book.full || (live.length > 0 && pursuit.dials.size > 0)) return;
    const now = this.#rooms.clock.now();
    const away = links.filter(({ interrupted }) => interrupted).map(({ way }) => way);
    const free = byNoneOf(away, beside(standing, waysTo(pursuit.target, this.#rooms.transports())));
    const ways = worthDialling(standing, free).filter(({ way }) => !pursuit.dials.has(wayKey(way)));
    let retryAt = ways.length === 0 && live.length === 0 ? now + idleMs : Number.POSITIVE_INFINITY;
    const ranked = this.#ranked(ways, pursuit.key);
    // What lost the race was silent: as a standby it would be waited for in vain, and long.
    const inTurn = live.length > 0 ? [...ranked].sort((a, b) => lostRace(pursuit, a) - lostRace(pursuit, b)) : ranked;
    for (const dialable of inTurn) {
      const permit = this.#permit(pursuit, dialable.way, now);
      if ("retryAt" in permit) {
        retryAt = Math.min(retryAt, permit.retryAt);
        continue;
      }
      void this.#dial(pursuit, dialable, permit);
      if (live.length > 0) return this.#later(pursuit, standbyMs);
      // Looks for the next one at once: it is told how long to wait.
      return this.#consider(pursuit);
    }
    if (Number.isFinite(retryAt)) this.#later(pursuit, Math.max(1, retryAt - now));
  }

  /** Whoever asks again meanwhile (another letter, another sighting) does not hurry the race. */
  #permit(pursuit: Pursuit, way: Way, now: number): Permit | Pick<Refusal, "retryAt"> {
    const startsAt = Math.max(pursuit.startsAt(way, this.#rooms.raceRule), pursuit.restsUntil(wayKey(way)));
    if (startsAt > now) return { retryAt: startsAt };
    return this.#attempts.full ? { retryAt: now + 100 } : this.#rooms.guard.admit(way);
  }

  #ranked(ways: readonly DialableWay[], peer: PeerId): DialableWay[] {
    const byWay = new Map(ways.map((each) => [each.way, each]));
    const ranked = this.#rooms.routes.rank([...byWay.keys()], peer);
    return ranked.flatMap((way) => byWay.get(way) ?? []);
  }

  async #dial(pursuit: Pursuit, dialable: DialableWay, permit: Permit): Promise<void> {
    await this.#attempts.make(pursuit, dialable, permit);
    const stands = this.#rooms.book.links(pursuit.key).some(carries);
    if (stands) this.#later(pursuit, standbyMs);
    else this.#consider(pursuit);
  }
}

function carries({ usable, interrupted }: LiveLink): boolean {
  return usable && !interrupted;
}

/** 1: its last dial was called off. */
function lostRace(pursuit: Pursuit, { way }: DialableWay): number {
  return pursuit.tries.get(wayKey(way))?.kind === "cancelled" ? 1 : 0;
}
