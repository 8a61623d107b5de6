import {
  type Clock,
  createSwarm,
  type EventName,
  type Identity,
  identityFromSecret,
  type LetterHpke,
  letterHpke,
  type PluginUse,
  ports,
  type Replacement,
  replaceRoom,
  roomPorts,
  type Store,
  type Swarm,
  silentNetwork,
} from "@swarm-space/core";
import { LifeClock } from "../clock/life-clock.ts";
import { VirtualClock } from "../clock/virtual-clock.ts";
import { diskStore } from "../disk/disk-store.ts";
import { type CrashKind, VirtualDisk } from "../disk/virtual-disk.ts";
import type { SeededRandom } from "../random/seeded-random.ts";
import { swiftIdentity, swiftLetterHpke, swiftSuite, swiftVerifier } from "./swift-crypto.ts";
import { tracedEvents } from "./traced-events.ts";

/** One run of a node's process. */
export interface Life {
  /** From 1. */
  readonly number: number;
  readonly swarm: Swarm;
  /** Stops with the process. */
  readonly clock: LifeClock;
  /** Aborts when the process dies. */
  readonly death: AbortSignal;
}

/** What the plugins of one run are made of. */
export interface LifePlan {
  readonly number: number;
  readonly random: SeededRandom;
  readonly death: AbortSignal;
  /** The process's clock, which tells what comes in when it is seen. */
  readonly clock: LifeClock;
}

export interface MortalNodeOptions {
  readonly name: string;
  readonly clock: Clock;
  /** The node's own stream. */
  readonly random: SeededRandom;
  /** It has a disk, and so a durable store. */
  readonly durable: boolean;
  readonly plugins: (plan: LifePlan) => readonly PluginUse[];
  /** Opens channels and sets handlers, before the start. */
  readonly furnish: (life: Life) => void;
  /** Hears every kernel event of a life that is not over. */
  readonly heard: (name: EventName, detail: unknown) => void;
  /** "swift" (default): stand-ins, seeded and fast. "real": the platform's own suite and keys. */
  readonly crypto?: "swift" | "real";
  /** Rooms put in place of the kernel's, in every life. */
  readonly replace?: readonly Replacement[];
}

/**
 * A whole node of the shipped kernel that can die at any moment and come back: same identity, same disk, another instance. It can
 * stand still, too (`life.clock.freeze()`), and go on as if nothing had been.
 * What dies leaves no trace: its timers never fire, its datagrams stop, its promises never settle.
 */
export class MortalNode {
  readonly name: string;
  readonly identity: Identity;
  readonly disk: VirtualDisk | undefined;
  readonly #o: MortalNodeOptions;
  readonly #random: SeededRandom;
  #life: (Life & { readonly end: () => void }) | undefined;
  #lives = 0;

  constructor(o: MortalNodeOptions, identity?: Identity) {
    this.name = o.name;
    this.#o = o;
    this.#random = o.random;
    const own = o.random.fork("identity");
    this.identity = identity ?? (o.crypto === "real" ? identityFromSecret(own.bytes(32)) : swiftIdentity(own));
    this.disk = o.durable ? new VirtualDisk(o.random.fork("disk")) : undefined;
  }

  /** The present run; undefined while it is down. */
  get life(): Life | undefined {
    return this.#life;
  }

  get lives(): number {
    return this.#lives;
  }

  /**
   * Makes and starts the next run. Never settles where it is crashed meanwhile.
   * @throws SwarmError `PLUGIN_START_FAILED`
   */
  async boot(): Promise<void> {
    const number = ++this.#lives;
    const random = this.#random.fork(`life ${number}`);
    const clock = new LifeClock(this.#o.clock);
    const death = new AbortController();
    let over = false;
    const end = () => {
      over = true;
      death.abort();
      clock.die();
    };
    const events = tracedEvents((name, detail) => {
      if (!over) this.#o.heard(name, detail);
    });
    const plugins = this.#o.plugins({ number, random: random.fork("plugins"), death: death.signal, clock });
    const swarm = await createSwarm({
      plugins,
      identity: this.identity,
      replace: [
        replaceRoom(ports.clock, () => clock),
        replaceRoom(ports.random, () => random.fork("kernel")),
        replaceRoom(ports.events, () => events),
        replaceRoom(roomPorts.network, silentNetwork),
        replaceRoom(ports.logger, () => silent),
        ...this.#crypto(random),
        ...this.#store(clock, random),
        ...(this.#o.replace ?? []),
      ],
    });
    const life = { number, swarm, clock, death: death.signal, end };
    this.#life = life;
    this.#o.furnish(life);
    await swarm.start();
  }

  /** Dies now, without a word. What its disk had not synced is lost or not, as the kind of crash has it. */
  crash(kind: CrashKind): void {
    this.#life?.end();
    this.#life = undefined;
    this.disk?.crash(kind);
  }

  /** Stops cleanly. */
  async stop(): Promise<void> {
    await this.#life?.swarm.stop();
  }

  #crypto(random: SeededRandom): Replacement[] {
    const { clock, crypto } = this.#o;
    if (crypto === "real")
      return clock instanceof VirtualClock
        ? [replaceRoom(roomPorts.letterHpke, () => heldHpke(clock, letterHpke()))]
        : [];
    return [
      replaceRoom(roomPorts.letterHpke, () => swiftLetterHpke(random.fork("letters"))),
      replaceRoom(ports.cryptoSuite, () => swiftSuite(random.fork("crypto"))),
      replaceRoom(roomPorts.verifier, () => swiftVerifier()),
    ];
  }

  #store(clock: Clock, random: SeededRandom): Replacement[] {
    const { disk } = this;
    if (disk === undefined) return [];
    return [replaceRoom(ports.store, (): Store => diskStore({ disk, clock, random: random.fork("store") }))];
  }
}

/** WebCrypto works on threads of the host's: the clock waits for it. */
function heldHpke(clock: VirtualClock, hpke: LetterHpke): LetterHpke {
  return { seal: (o) => clock.hold(hpke.seal(o)), open: (o) => clock.hold(hpke.open(o)) };
}

const silent = Object.freeze({
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
});
