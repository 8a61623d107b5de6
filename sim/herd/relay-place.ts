import type { Clock, Random } from "@swarm-space/core";
import type { FrameGuard } from "../../packages/gun-driver/src/guard.ts";
import type { IdSource } from "../../packages/gun-driver/src/id-source.ts";
import type { settle } from "../../packages/gun-driver/src/relay/options.ts";
import type { RelayCore } from "../../packages/gun-driver/src/relay/relay-core.ts";
import type { RelayPeer } from "../../packages/gun-driver/src/relay/relay-peer.ts";
import type { Dial, TextSocket } from "../../packages/gun-driver/src/socket.ts";

/** The driver's relay, from the build: a process has one copy of each. */
export interface RelayRooms {
  readonly RelayCore: typeof RelayCore;
  readonly RelayPeer: typeof RelayPeer;
  readonly IdSource: typeof IdSource;
  readonly settle: typeof settle;
  readonly clientGuard: () => FrameGuard;
}

export interface RelayPlaceOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly rooms: RelayRooms;
}

interface Wire {
  readonly hangUp: (why: string) => void;
}

/** Where a relay's process runs: the shipped relay behind sockets of the sim's own. It can be killed, and started again, empty. */
export class RelayPlace {
  /** When a client's dial reached the running relay (virtual ms), and how many came while nothing ran there. */
  readonly arrivals: number[] = [];
  refused = 0;
  readonly #o: RelayPlaceOptions;
  readonly #wires = new Set<Wire>();
  #core: RelayCore | undefined;

  constructor(o: RelayPlaceOptions) {
    this.#o = o;
  }

  get core(): RelayCore | undefined {
    return this.#core;
  }

  start(): void {
    const { clock, random, rooms } = this.#o;
    const { mail, keepIn, ...store } = rooms.settle({ clock, random });
    this.#core = new rooms.RelayCore({ clock, random, store, mail, keepIn, relayInterestTtlMs: 600_000 });
  }

  /** The process dies; the system closes its sockets. */
  kill(): void {
    const core = this.#core;
    this.#core = undefined;
    for (const { hangUp } of [...this.#wires]) hangUp("closed (1006)");
    void core?.end();
  }

  /** How one client dials. @param latencyMs one way */
  dialFrom(remote: string, latencyMs: number): Dial {
    return (_url, events) => this.#connect(remote, latencyMs, events);
  }

  #connect(remote: string, latencyMs: number, events: Parameters<Dial>[1]): TextSocket {
    const { clock, random, rooms } = this.#o;
    const { promise: gone, resolve } = Promise.withResolvers<void>();
    let [over, peer, core] = [false, undefined as RelayPeer | undefined, undefined as RelayCore | undefined];
    let [waiting, paused] = [[] as string[], false];
    const end = (why: string, afterMs: number) => {
      if (over) return;
      over = true;
      this.#wires.delete(wire);
      if (peer !== undefined) core?.leave(peer);
      clock.timer(afterMs, () => {
        events.onClose(why);
        resolve();
      });
    };
    const wire: Wire = { hangUp: (why) => end(why, latencyMs) };
    const hear = (text: string) => {
      if (over || peer === undefined || core !== this.#core) return;
      if (paused) waiting.push(text);
      else core?.hear(text, peer);
    };
    clock.timer(latencyMs, () => {
      if (over) return;
      core = this.#core;
      if (core === undefined) {
        this.refused += 1;
        return end("could not connect", latencyMs);
      }
      this.arrivals.push(clock.now());
      this.#wires.add(wire);
      const ids = new rooms.IdSource(random);
      const settings = rooms.settle({ clock, random });
      peer = new rooms.RelayPeer({
        id: ids.next(),
        remote,
        isRelay: false,
        guard: rooms.clientGuard(),
        maxInterests: settings.maxInterestsPerClient,
        maxBufferedBytes: settings.maxBufferedBytes,
        rates: settings.rates,
        clock,
        socket: {
          bufferedBytes: 0,
          send: (text) => void clock.timer(latencyMs, () => over || events.onText(text)),
          close: (_code, why) => end(why, latencyMs),
          pause: () => {
            paused = true;
          },
          resume: () => {
            paused = false;
            const late = waiting;
            waiting = [];
            for (const text of late) hear(text);
          },
        },
      });
      core.join(peer);
      clock.timer(latencyMs, () => over || events.onOpen());
    });
    return {
      bufferedBytes: 0,
      send: (text) => void (over || clock.timer(latencyMs, () => hear(text))),
      close: () => end("closed here", 0),
      abort: () => end("cut off here", 0),
      gone,
    };
  }
}
