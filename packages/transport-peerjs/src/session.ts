import type { Address, Clock, Connection, PeerId, Random, Sighting, Target } from "@swarm-space/core";
import { type SignalOptions, SwarmError } from "@swarm-space/core";
import { type Condition, ConnectionShelf, type TransportSession } from "@swarm-space/core/medium";
import type { WebRtcEngine } from "@swarm-space/webrtc-driver";
import { conditionOf, whyAway } from "./condition.ts";
import type { PeerjsConfig } from "./config.ts";
import { dial } from "./dial.ts";
import { LinkRestarts } from "./link-restarts.ts";
import { Meeting } from "./meeting.ts";
import { peerjsAddress } from "./peerjs-id.ts";
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
  readonly hearEveryMs: number;
  accept(connection: Connection): void;
  refused(src: string, error: SwarmError): void;
  tell(sighting: Sighting): void;
  onChange(): void;
}

/** From one `open` to its `close`: the places at the servers, the meetings there, and the connections. */
export class Session implements TransportSession {
  readonly #parts: SessionParts;
  readonly #places: readonly Place[];
  readonly #meetings = new Map<Place, Meeting>();
  readonly #restarts = new LinkRestarts();
  /** By server and id. */
  readonly #shelf: ConnectionShelf;
  readonly #closing = new AbortController();

  /** @param ids of the rendezvous */
  constructor(parts: SessionParts, ids: readonly string[]) {
    this.#parts = parts;
    const { self, config, clock, random } = parts;
    this.#shelf = new ConnectionShelf(config.maxConnections, parts.onChange);
    const register = (server: ServerAddress, id: string) => this.#register(server, id);
    const servers = new Map(config.servers.flatMap((text) => parseServerUrl(text) ?? []).map((one) => [one.url, one]));
    const { tell, onChange } = parts;
    const common = { self: self.id, config, clock, random, register, closing: this.#closing.signal };
    const onTaken = (place: Place) => this.#meetings.get(place)?.begin();
    const isConnectedBy = ({ url }: ServerAddress, id: string) => this.#shelf.hasBy(`${url} ${id}`);
    this.#places = [...servers.values()].map((server) => new Place({ ...common, server, onTaken, onChange }));
    for (const place of this.#places)
      this.#meetings.set(place, new Meeting({ ...common, place, ids, tell, isConnectedBy }));
    for (const place of this.#places) place.open();
  }

  get condition(): Condition {
    return conditionOf(this.#places, this.#shelf.size);
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
  async connect(target: Target, { signal }: SignalOptions): Promise<Connection> {
    const address = peerjsAddress(target);
    const id = address?.value ?? target.peer;
    if (id === undefined) throw new SwarmError("DIAL_FAILED", "The target has no PeerJS id");
    const places = this.#places.filter(({ server }) => [undefined, server.url].includes(address?.rendezvous));
    const ready = places.flatMap(({ registration }) => registration ?? []);
    if (ready.length === 0) {
      const why = whyAway(places) || "it is not ours";
      throw new SwarmError("TRANSPORT_UNAVAILABLE", `The PeerServer is away: ${why}`);
    }
    if (this.#places.some((place) => this.#isOwn(place, id)))
      throw new SwarmError("PEER_ABSENT", "This node is there itself");
    return await this.#shelf.dial(() => this.#dialAny(ready, id, signal));
  }

  async close(reason: string): Promise<void> {
    this.#closing.abort(new SwarmError("TRANSPORT_UNAVAILABLE", "The transport closes"));
    await Promise.all([...this.#meetings.values()].map((meeting) => meeting.close()));
    await Promise.all(this.#places.map((place) => place.close()));
    await this.#shelf.close(reason);
    await this.#parts.engine.close();
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
        this.#shelf.keep(connection, `${registration.server.url} ${id}`);
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
    const first = (code: string) => failures.find((error) => SwarmError.is(error, code));
    throw first("DIAL_FAILED") ?? first("PEER_ABSENT") ?? failures[0];
  }

  #register(server: ServerAddress, id: string): Registration {
    return new Registration({
      ...this.#parts,
      server,
      id,
      restarts: this.#restarts,
      say: (message) => this.#places.find((place) => place.server === server)?.registration?.say(message),
      hasRoom: () => this.#shelf.hasRoom,
      accept: (connection) => {
        if (this.#closing.signal.aborted || !this.#shelf.hasRoom) return void connection.close("no room");
        this.#shelf.keep(connection);
        this.#parts.accept(connection);
      },
    });
  }

  #isOwn(place: Place, id: string): boolean {
    return place.registration?.id === id || this.#meetings.get(place)?.held?.id === id;
  }
}
