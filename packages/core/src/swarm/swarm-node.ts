import type { z } from "zod";
import { Lifecycle, type LifecycleStep } from "../assembly/lifecycle.ts";
import type { PortContainer } from "../assembly/port-container.ts";
import { roomPorts as rooms } from "../assembly/room-ports.ts";
import { guardedByDoor } from "../door/guarded-dials.ts";
import { SwarmError } from "../errors/index.ts";
import type { EventName, SwarmEvents } from "../ports/events.ts";
import type { PeerId } from "../ports/identity.ts";
import type { ManyPort, OnePort } from "../ports/port.ts";
import { ports } from "../ports/ports.ts";
import { isPeerId } from "../security/peer-id.ts";
import { type Explanation, explainPeer } from "../status/explanation.ts";
import { type TransportStatus, transportStatus } from "../status/transport-status.ts";
import { type Channel, openChannel } from "./channel.ts";
import { kernelSteps } from "./kernel-steps.ts";
import { replayState } from "./replay.ts";
import type { PeerInfo, Swarm } from "./swarm.ts";

/** A node on its container. */
export class SwarmNode implements Swarm {
  readonly id: PeerId;
  readonly network: string;
  readonly #c: PortContainer;
  readonly #lifecycle: Lifecycle;

  constructor(container: PortContainer, plugins: readonly LifecycleStep[]) {
    this.#c = container;
    this.id = container.get(ports.identity).id;
    this.network = container.get(rooms.options).network;
    const steps = kernelSteps(container, plugins, (channel, handler) => {
      const own = this.channel(channel);
      own.onMessage(handler);
      return own;
    });
    const onStopFailed = (plugin: string, error: SwarmError) => {
      container.get(ports.logger).error(error.code, error.message);
      container.get(ports.events).emit("plugin:failed", { plugin, phase: "stop", error });
    };
    this.#lifecycle = new Lifecycle(steps, { clock: container.get(ports.clock), onStopFailed });
  }

  get state(): Swarm["state"] {
    return this.#lifecycle.state;
  }

  async start(o: { readonly signal?: AbortSignal } = {}): Promise<void> {
    await this.#lifecycle.start(o);
  }

  async stop(): Promise<void> {
    await this.#lifecycle.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  channel<Schema extends z.ZodType>({
    name,
    schema,
  }: {
    readonly name: string;
    readonly schema: Schema;
  }): Channel<z.output<Schema>> {
    const c = this.#c;
    return openChannel(
      {
        self: this.id,
        clock: c.get(ports.clock),
        options: c.get(rooms.options).messaging,
        outbox: c.get(rooms.outbox),
        book: c.get(rooms.book),
        channels: c.get(rooms.channels),
      },
      name,
      schema,
    );
  }

  peers(): readonly PeerInfo[] {
    const book = this.#c.get(rooms.book);
    return book.peers().map((id): PeerInfo => {
      const links = book.links(id);
      const trips = links.flatMap(({ roundTrip }) => roundTrip.smoothedMs ?? []);
      return {
        id,
        transports: [...new Set(links.map(({ way }) => way.transport))],
        roundTripMs: trips.length > 0 ? Math.min(...trips) : null,
      };
    });
  }

  async connect(peer: PeerId, o: { readonly signal?: AbortSignal } = {}): Promise<void> {
    this.#checkPeer(peer);
    await this.#c.get(rooms.connector).connect(peer, { signal: o.signal ?? new AbortController().signal });
  }

  explain(peer: PeerId): Explanation {
    this.#checkPeer(peer);
    const c = this.#c;
    return explainPeer(
      {
        clock: c.get(ports.clock),
        guard: guardedByDoor(c.get(ports.guard), c.get(rooms.door), c.get(ports.clock)),
        routes: c.get(ports.routes),
        book: c.get(rooms.book),
        outbox: c.get(rooms.outbox),
        connector: c.get(rooms.connector),
        addresses: c.get(rooms.addresses),
        cards: c.get(rooms.cards),
        usable: c.get(rooms.transports).usable(),
      },
      peer,
    );
  }

  getTransportStatus(): TransportStatus {
    const c = this.#c;
    return transportStatus({
      transports: c.all(ports.transport),
      room: c.get(rooms.transports),
      book: c.get(rooms.book),
      routes: c.get(ports.routes),
      journal: c.get(rooms.journal),
    });
  }

  on<Name extends EventName>(name: Name, listener: (detail: SwarmEvents[Name]) => void): () => void {
    const undo = this.#c.get(ports.events).on(name, listener);
    replayState(name, listener, { peers: this.#c.get(rooms.book).peers(), transports: this.#c.all(ports.transport) });
    return undo;
  }

  get<Value>(port: OnePort<Value>): Value;
  get<Value>(port: ManyPort<Value>): readonly Value[];
  get<Value>(port: OnePort<Value> | ManyPort<Value>): Value | readonly Value[] {
    return port.arity === "one" ? this.#c.get(port) : this.#c.all(port);
  }

  #checkPeer(peer: PeerId): void {
    if (!isPeerId(peer)) throw new SwarmError("PEER_ID_INVALID", `not a peer id: ${String(peer).slice(0, 80)}`);
  }
}
