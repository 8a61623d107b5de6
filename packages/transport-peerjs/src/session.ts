import type { Address, Clock, Connection, CryptoSuite, PeerId, Random, Sighting, Target } from "@swarm-space/core";
import { type SignalOptions, SwarmError } from "@swarm-space/core";
import type { WebRtcEngine } from "@swarm-space/webrtc-driver";
import { type Condition, conditionOf } from "./condition.ts";
import type { PeerjsConfig } from "./config.ts";
import { dial } from "./dial.ts";
import { Meeting } from "./meeting.ts";
import { isPeerjsId, rendezvousIds } from "./peerjs-id.ts";
import type { MakeSocket } from "./peerjs-socket.ts";
import { Place } from "./place.ts";
import { Registration } from "./registration.ts";
import { parseServerUrl, type ServerAddress } from "./server-url.ts";

export interface SessionParts {
  readonly self: { readonly id: PeerId; readonly network: string };
  readonly config: PeerjsConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly engine: WebRtcEngine;
  readonly makeSocket: MakeSocket;
  readonly suite: CryptoSuite | undefined;
  readonly hearEveryMs: number;
  accept(connection: Connection): void;
  refused(src: string, error: SwarmError): void;
  tell(sighting: Sighting): void;
  onChange(): void;
}

/** From one `open` to its `close`: the places at the servers, the meetings there, and the connections. */
export class Session {
  readonly #parts: SessionParts;
  readonly #places: readonly Place[];
  readonly #meetings = new Map<Place, Meeting>();
  /** With the id and server by which it was dialled. */
  readonly #connections = new Map<Connection, string>();
  readonly #closing = new AbortController();
  #dials = 0;

  /** @param ids of the rendezvous */
  constructor(parts: SessionParts, ids: readonly string[]) {
    this.#parts = parts;
    const { self, config, clock, random } = parts;
    const register = (server: ServerAddress, id: string) => this.#register(server, id);
    const servers = new Map(config.servers.flatMap((text) => parseServerUrl(text) ?? []).map((one) => [one.url, one]));
    const told = {
      onTaken: (place: Place) => this.#meetings.get(place)?.begin(),
      onChange: () => parts.onChange(),
    };
    this.#places = [...servers.values()].map(
      (server) => new Place({ self: self.id, server, config, clock, random, register, ...told }),
    );
    for (const place of this.#places) {
      const isConnectedBy = ({ url }: ServerAddress, id: string) =>
        [...this.#connections.values()].includes(`${url} ${id}`);
      const { tell } = parts;
      const meeting = new Meeting({ self: self.id, place, config, clock, random, ids, register, tell, isConnectedBy });
      this.#meetings.set(place, meeting);
    }
    for (const place of this.#places) place.open();
  }

  get condition(): Condition {
    const servers = this.#places.map(({ server, registration, isTried, lastError }) => {
      return { url: server.url, isUp: registration !== undefined, isTried, lastError };
    });
    return conditionOf(servers, this.#connections.size);
  }

  get hasServers(): boolean {
    return this.#places.length > 0;
  }

  addresses(): readonly Address[] {
    return this.#places.flatMap(({ server, registration }) =>
      registration ? [{ transport: "peerjs", value: registration.id, rendezvous: server.url }] : [],
    );
  }

  /** Somebody wants to know soon who is there. */
  look(): void {
    for (const [place, meeting] of this.#meetings) if (place.registration) meeting.begin();
  }

  woke(): void {
    for (const place of this.#places) place.woke();
    for (const { held } of this.#meetings.values()) held?.woke();
  }

  /** @throws SwarmError `PEER_ABSENT`, `TRANSPORT_UNAVAILABLE`, `DIAL_FAILED`; the signal's reason */
  async connect({ peer, addresses }: Target, { signal }: SignalOptions): Promise<Connection> {
    const address = addresses.find(({ transport, value }) => transport === "peerjs" && isPeerjsId(value));
    const id = address?.value ?? peer;
    if (id === undefined) throw new SwarmError("DIAL_FAILED", "The target has no PeerJS id");
    const places = this.#places.filter(({ server }) => [undefined, server.url].includes(address?.rendezvous));
    const ready = places.flatMap(({ registration }) => registration ?? []);
    if (ready.length === 0) {
      const why = places.map(({ lastError }) => lastError ?? "not reached").join("; ");
      throw new SwarmError("TRANSPORT_UNAVAILABLE", `The PeerServer is away: ${why || "it is not ours"}`);
    }
    if (this.#places.some((place) => this.#isOwn(place, id)))
      throw new SwarmError("PEER_ABSENT", "This node is there itself");
    if (!this.#hasRoom()) throw new SwarmError("DIAL_FAILED", "There are as many connections as `maxConnections` says");
    this.#dials += 1;
    try {
      return await this.#dialAny(ready, id, signal);
    } finally {
      this.#dials -= 1;
    }
  }

  async close(reason: string): Promise<void> {
    this.#closing.abort(new SwarmError("TRANSPORT_UNAVAILABLE", "The transport closes"));
    await Promise.all([...this.#meetings.values()].map((meeting) => meeting.close()));
    await Promise.all(this.#places.map((place) => place.close()));
    await Promise.all([...this.#connections.keys()].map((connection) => connection.close(reason)));
  }

  /** Through every server at once, where the address names none; the first to open is kept. */
  async #dialAny(registrations: readonly Registration[], id: string, signal: AbortSignal): Promise<Connection> {
    const { clock, config } = this.#parts;
    const won = new AbortController();
    const either = AbortSignal.any([signal, won.signal, this.#closing.signal]);
    const failures: unknown[] = [];
    let winner: Connection | undefined;
    const dials = registrations.map(async (registration) => {
      try {
        const connection = await dial(registration, id, { clock, ...config }, { signal: either });
        if (winner !== undefined || either.aborted) return void connection.close("another road was first");
        winner = connection;
        this.#keep(connection, `${registration.server.url} ${id}`);
        won.abort();
      } catch (error) {
        failures.push(error);
      }
    });
    await Promise.all(dials);
    if (winner !== undefined) return winner;
    signal.throwIfAborted();
    this.#closing.signal.throwIfAborted();
    // One that knows of nobody says more than one that is away.
    throw (
      failures.find((error) => SwarmError.is(error, "DIAL_FAILED")) ??
      failures.find((error) => SwarmError.is(error, "PEER_ABSENT")) ??
      failures[0]
    );
  }

  #register(server: ServerAddress, id: string): Registration {
    const { clock, random, engine, config, makeSocket, hearEveryMs, accept, refused } = this.#parts;
    return new Registration({
      hearEveryMs,
      clock,
      random,
      engine,
      config,
      makeSocket,
      server,
      id,
      hasRoom: () => this.#hasRoom(),
      accept: (connection) => {
        if (this.#closing.signal.aborted || !this.#hasRoom()) return void connection.close("no room");
        this.#keep(connection, "");
        accept(connection);
      },
      refused,
    });
  }

  #isOwn(place: Place, id: string): boolean {
    return place.registration?.id === id || this.#meetings.get(place)?.held?.id === id;
  }

  #hasRoom(): boolean {
    return this.#connections.size + this.#dials < this.#parts.config.maxConnections;
  }

  #keep(connection: Connection, by: string): void {
    this.#connections.set(connection, by);
    void connection.closed.then(() => {
      this.#connections.delete(connection);
      this.#parts.onChange();
    });
    this.#parts.onChange();
  }
}

export async function openSession(parts: SessionParts): Promise<Session> {
  const { self, config, suite } = parts;
  return new Session(parts, await rendezvousIds(self.network, config.rendezvous.slots, suite));
}
