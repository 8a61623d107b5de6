import {
  type Connection,
  childAbort,
  type PeerId,
  type SignalOptions,
  SwarmError,
  type Target,
} from "@swarm-space/core";
import { ConnectionShelf } from "@swarm-space/core/medium";
import type { HeardSignal, Session } from "@swarm-space/gun-driver/road";
import type { DataChannelConnection, WebRtcEngine } from "@swarm-space/webrtc-driver";
import type { IntegratedConfig } from "../config.ts";
import type { Meeting } from "../signalling/meeting.ts";
import { type DeskParts, MeetingDesk, type MeetingHooks } from "../signalling/meeting-desk.ts";
import { dialDirect, type MakeChannel } from "./dial-direct.ts";
import { SimpleChannel, type SimplePeerConstructor } from "./simple-channel.ts";

export interface DirectRoadParts
  extends Pick<DeskParts, "self" | "clock" | "ids" | "suite" | "refused" | "safeguards"> {
  readonly road: Session;
  readonly config: IntegratedConfig;
  readonly engine: WebRtcEngine;
  readonly SimplePeer: SimplePeerConstructor;
  accept(connection: Connection): void;
  onCount(): void;
}

/** The road of data channels, from `open` to `close`. */
export class DirectRoad {
  readonly #parts: DirectRoadParts;
  readonly #desk: MeetingDesk;
  readonly #shelf: ConnectionShelf;
  readonly #over = new AbortController();

  constructor(parts: DirectRoadParts) {
    this.#parts = parts;
    const { self, clock, ids, suite, road, refused, safeguards, config } = parts;
    this.#shelf = new ConnectionShelf(config.maxConnections, parts.onCount);
    this.#desk = new MeetingDesk({
      ...{ self, clock, ids, suite, road, refused, safeguards },
      maxOffersPerSecond: config.maxOffersPerSecond,
      knockMs: config.attemptTimeoutMs,
      hasRoom: () => this.#shelf.hasRoom,
      receive: (from, relay, meeting) => this.#receive(from, relay, meeting),
    });
  }

  get size(): number {
    return this.#shelf.size;
  }

  hear(signal: HeardSignal): void {
    this.#desk.hear(signal);
  }

  /** @throws SwarmError `PEER_ABSENT`, `TRANSPORT_UNAVAILABLE`, `DIAL_FAILED`; the signal's reason */
  async connect(target: Target, { signal }: SignalOptions): Promise<Connection> {
    const { clock, road, config } = this.#parts;
    const ways = await road.waysTo(target);
    signal.throwIfAborted();
    const { attemptTimeoutMs } = config;
    const dialling = { clock, desk: this.#desk, road, makeChannel: this.#makeChannel, attemptTimeoutMs };
    const either = AbortSignal.any([signal, this.#over.signal]);
    return await this.#shelf.dial(async () => {
      const connection = await dialDirect(dialling, target.peer, ways, { signal: either });
      this.#shelf.keep(connection);
      return connection;
    });
  }

  async close(reason: string): Promise<void> {
    this.#over.abort(new SwarmError("TRANSPORT_UNAVAILABLE", "The transport closes"));
    this.#desk.close();
    await this.#shelf.close(reason);
  }

  /** Somebody knocked: it is offered a channel, and taken in once that is open. */
  #receive(from: PeerId, relay: string, meeting: Meeting): MeetingHooks {
    const { clock, config } = this.#parts;
    const arriving = childAbort(this.#over.signal);
    let timer: Disposable | undefined;
    const end = () => {
      timer?.[Symbol.dispose]();
      this.#desk.end(meeting);
      arriving.abort();
      arriving[Symbol.dispose]();
    };
    const channel: SimpleChannel = this.#makeChannel({
      offers: true,
      relay,
      remote: from,
      onSignal: (signal) => meeting.say(signal),
      onConnection: (connection) =>
        void this.#arrive(connection, arriving.signal).then((isOpen) => {
          if (!isOpen || !channel.isRestartable) return end();
          timer?.[Symbol.dispose]();
          this.#desk.settle(meeting);
        }),
      onBack: () => meeting.rest(),
      onEnd: end,
    });
    timer = clock.timer(2 * config.attemptTimeoutMs, () => channel.destroy());
    return {
      onSignal: (signal) => channel.signal(signal),
      onFault: () => channel.destroy(),
    };
  }

  /** Whether it opened. */
  async #arrive(connection: DataChannelConnection, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#shelf.enter(async () => {
        await connection.opened({ signal });
        this.#shelf.keep(connection);
      });
      this.#parts.accept(connection);
      return true;
    } catch {
      // It is over, and its dialler is told by its own end.
      return false;
    }
  }

  readonly #makeChannel: MakeChannel = ({ relay, remote, ...parts }) => {
    const { clock, engine, SimplePeer } = this.#parts;
    const facts = { transport: "integrated", road: "direct", rendezvous: relay, remote };
    return new SimpleChannel({ ...parts, clock, engine, SimplePeer, facts });
  };
}
