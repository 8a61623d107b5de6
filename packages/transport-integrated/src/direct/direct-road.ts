import { type Connection, type PeerId, type SignalOptions, SwarmError, type Target } from "@swarm-space/core";
import type { HeardSignal } from "@swarm-space/gun-driver/road";
import type { DataChannelConnection, WebRtcEngine } from "@swarm-space/webrtc-driver";
import type { IntegratedConfig } from "../config.ts";
import type { Meeting } from "../signalling/meeting.ts";
import { type DeskParts, MeetingDesk, type MeetingHooks } from "../signalling/meeting-desk.ts";
import { dialDirect, type MakeChannel } from "./dial-direct.ts";
import { SimpleChannel, type SimpleChannelParts, type SimplePeerConstructor } from "./simple-channel.ts";

export interface DirectRoadParts
  extends Pick<DeskParts, "self" | "clock" | "ids" | "suite" | "road" | "refused" | "safeguards"> {
  readonly config: IntegratedConfig;
  readonly engine: WebRtcEngine;
  readonly SimplePeer: SimplePeerConstructor;
  readonly iceServers: readonly RTCIceServer[];
  accept(connection: Connection): void;
  onCount(): void;
}

/** The road of data channels, from `open` to `close`. */
export class DirectRoad {
  readonly #parts: DirectRoadParts;
  readonly #desk: MeetingDesk;
  readonly #connections = new Set<DataChannelConnection>();
  readonly #over = new AbortController();
  #underWay = 0;

  constructor(parts: DirectRoadParts) {
    this.#parts = parts;
    const { self, clock, ids, suite, road, refused, safeguards, config } = parts;
    this.#desk = new MeetingDesk({
      ...{ self, clock, ids, suite, road, refused, safeguards },
      maxOffersPerSecond: config.maxOffersPerSecond,
      knockMs: config.attemptTimeoutMs,
      hasRoom: () => this.#hasRoom(),
      receive: (from, relay, meeting) => this.#receive(from, relay, meeting),
    });
  }

  get size(): number {
    return this.#connections.size;
  }

  hear(signal: HeardSignal): void {
    this.#desk.hear(signal);
  }

  /** @throws SwarmError `PEER_ABSENT`, `TRANSPORT_UNAVAILABLE`, `DIAL_FAILED`; the signal's reason */
  async connect(target: Target, { signal }: SignalOptions): Promise<Connection> {
    const { clock, road, config } = this.#parts;
    const ways = await road.waysTo(target);
    signal.throwIfAborted();
    if (!this.#hasRoom()) throw new SwarmError("DIAL_FAILED", "There are as many connections as `maxConnections` says");
    const either = AbortSignal.any([signal, this.#over.signal]);
    this.#underWay += 1;
    try {
      const { attemptTimeoutMs } = config;
      const dialling = { clock, desk: this.#desk, road, makeChannel: this.#makeChannel, attemptTimeoutMs };
      const connection = await dialDirect(dialling, target.peer, ways, { signal: either });
      this.#keep(connection);
      return connection;
    } finally {
      this.#underWay -= 1;
    }
  }

  async close(reason: string): Promise<void> {
    this.#over.abort(new SwarmError("TRANSPORT_UNAVAILABLE", "The transport closes"));
    this.#desk.close();
    await Promise.all([...this.#connections].map((connection) => connection.close(reason)));
  }

  /** Somebody knocked: it is offered a channel, and taken in once that is open. */
  #receive(from: PeerId, relay: string, meeting: Meeting): MeetingHooks {
    const { clock, config } = this.#parts;
    const late = new AbortController();
    let timer: Disposable | undefined;
    const end = () => {
      timer?.[Symbol.dispose]();
      this.#desk.end(meeting);
      late.abort();
    };
    const channel: SimpleChannel = this.#makeChannel({
      offers: true,
      relay,
      remote: from,
      onSignal: (signal) => meeting.say(signal),
      onConnection: (connection) =>
        void this.#arrive(connection, AbortSignal.any([late.signal, this.#over.signal]), (isOpen) => {
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
      onFault: (error) => {
        if (SwarmError.is(error)) this.#parts.refused(from, error);
        channel.destroy();
      },
    };
  }

  async #arrive(
    connection: DataChannelConnection,
    signal: AbortSignal,
    settle: (isOpen: boolean) => void,
  ): Promise<void> {
    this.#underWay += 1;
    let isOpen = false;
    try {
      await connection.opened({ signal });
      isOpen = true;
      this.#keep(connection);
      this.#parts.accept(connection);
    } catch {
      // It is over, and its dialler is told by its own end.
    } finally {
      this.#underWay -= 1;
      settle(isOpen);
    }
  }

  readonly #makeChannel: MakeChannel = ({ relay, remote, ...parts }) => {
    const { clock, engine, SimplePeer, iceServers } = this.#parts;
    const facts = {
      transport: "integrated",
      road: "direct",
      rendezvous: relay,
      remote,
    } satisfies SimpleChannelParts["facts"];
    return new SimpleChannel({ ...parts, clock, engine, SimplePeer, iceServers, facts });
  };

  #hasRoom(): boolean {
    return this.#connections.size + this.#underWay < this.#parts.config.maxConnections;
  }

  #keep(connection: DataChannelConnection): void {
    const { onCount } = this.#parts;
    this.#connections.add(connection);
    onCount();
    void connection.closed.then(() => {
      this.#connections.delete(connection);
      onCount();
    });
  }
}
