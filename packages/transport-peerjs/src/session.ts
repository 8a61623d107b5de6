import type { Address, Clock, Connection, PeerId, Random, Sighting, Target } from "@swarm-space/core";
import { type SignalOptions, SwarmError } from "@swarm-space/core";
import { type Condition, ConnectionShelf, type TransportSession } from "@swarm-space/core/medium";
import type { WebRtcEngine } from "@swarm-space/webrtc-driver";
import { conditionOf, whyAway } from "./condition.ts";
import type { PeerjsConfig } from "./config.ts";
import { dial } from "./dial.ts";
import { LinkRestarts } from "./link-restarts.ts";
import { away } from "./peerjs-error.ts";
import { addressAt, peerjsAddress } from "./peerjs-id.ts";
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
  /** Of the rendezvous. */
  readonly ids: readonly string[];
  accept(connection: Connection): void;
  refused(src: string, error: SwarmError): void;
  tell(sighting: Sighting): void;
  onChange(): void;
}

/** From one `open` to its `close`: the places at the servers, the meetings there, and the connections. */
export class Session implements TransportSession {
  readonly #parts: SessionParts;
  readonly #places: readonly Place[];
  readonly #restarts = new LinkRestarts();
  /** By server and id. */
  readonly #shelf: ConnectionShelf;
  readonly #closing = new AbortController();

  constructor(parts: SessionParts) {
    this.#parts = parts;
    const { config } = parts;
    this.#shelf = new ConnectionShelf(config.maxConnections, parts.onChange);
    const servers = new Map(config.servers.flatMap((text) => parseServerUrl(text) ?? []).map((one) => [one.url, one]));
    const common = {
      ...parts,
      self: parts.self.id,
      closing: this.#closing.signal,
      register: this.#register,
      isConnectedBy: ({ url }: ServerAddress, id: string) => this.#shelf.hasBy(`${url} ${id}`),
    };
    this.#places = [...servers.values()].map((server) => new Place({ ...common, server }));
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
      registration ? [addressAt(server, registration.id)] : [],
    );
  }

  /** Somebody wants to know soon who is there. */
  look(): void {
    for (const { meeting } of this.#places) meeting.begin();
  }

  woke(): void {
    for (const place of this.#places) place.woke();
  }

  /** @throws SwarmError `PEER_ABSENT`, `TRANSPORT_UNAVAILABLE`, `DIAL_FAILED`; the signal's reason */
  async connect(target: Target, { signal }: SignalOptions): Promise<Connection> {
    const address = peerjsAddress(target);
    if (address === undefined) throw new SwarmError("DIAL_FAILED", "The target has no PeerJS id");
    const { value: id, rendezvous } = address;
    const places = this.#places.filter(({ server }) => [undefined, server.url].includes(rendezvous));
    const ready = places.flatMap(({ registration }) => registration ?? []);
    if (ready.length === 0) throw away(`The PeerServer is away: ${whyAway(places) || "it is not ours"}`);
    if (this.#places.some(({ registration, meeting }) => [registration?.id, meeting.held?.id].includes(id)))
      throw new SwarmError("PEER_ABSENT", "This node is there itself");
    return await this.#shelf.dial(() => this.#dialAny(ready, id, signal));
  }

  async close(reason: string): Promise<void> {
    this.#closing.abort(away("The transport closes"));
    await Promise.all(this.#places.map((place) => place.close()));
    await this.#shelf.close(reason);
    await this.#parts.engine.close();
  }

  /** Through every server at once, where the address names none; the first to open is kept. */
  async #dialAny(registrations: readonly Registration[], id: string, signal: AbortSignal): Promise<Connection> {
    const won = new AbortController();
    const either = AbortSignal.any([signal, won.signal, this.#closing.signal]);
    const failures: unknown[] = [];
    let winner: Connection | undefined;
    const dials = registrations.map(async (registration) => {
      try {
        const connection = await dial(registration, id, this.#parts, { signal: either });
        if (either.aborted) return void connection.close("another road was first");
        winner = connection;
        this.#shelf.keep(connection, `${registration.server.url} ${id}`);
        won.abort();
      } catch (error) {
        failures.push(error);
      }
    });
    await Promise.all(dials);
    if (winner !== undefined) return winner;
    either.throwIfAborted();
    // One that knows of nobody says more than one that is away.
    const first = (code: string) => failures.find((error) => SwarmError.is(error, code));
    throw first("DIAL_FAILED") ?? first("PEER_ABSENT") ?? failures[0];
  }

  readonly #register = (place: Place, id: string): Registration =>
    new Registration({
      ...this.#parts,
      server: place.server,
      id,
      restarts: this.#restarts,
      say: (message) => place.registration?.say(message),
      hasRoom: () => this.#shelf.hasRoom,
      accept: (connection) => {
        if (this.#closing.signal.aborted || !this.#shelf.hasRoom) return void connection.close("no room");
        this.#shelf.keep(connection);
        this.#parts.accept(connection);
      },
    });
}
