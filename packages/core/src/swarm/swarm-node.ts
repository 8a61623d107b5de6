import type { z } from "zod";
import type { AssembledPlugin } from "../assembly/assemble.ts";
import { Lifecycle } from "../assembly/lifecycle.ts";
import type { PortContainer } from "../assembly/port-container.ts";
import { roomPorts as rooms } from "../assembly/room-ports.ts";
import { guardedByDoor } from "../door/guarded-dials.ts";
import { quote, SwarmError } from "../errors/index.ts";
import type { EventName, SwarmEvents } from "../ports/events.ts";
import type { PeerId } from "../ports/identity.ts";
import type { ManyPort, OnePort, Port } from "../ports/port.ts";
import { ports } from "../ports/ports.ts";
import type { SyncChannel } from "../ports/sync-channel.ts";
import { isPeerId } from "../security/peer-id.ts";
import { logEvents } from "../status/event-log.ts";
import { type Explanation, explainPeer } from "../status/explanation.ts";
import { type TransportStatus, transportStatus } from "../status/transport-status.ts";
import { type Channel, type ChannelOf, type ChannelOptions, openChannel } from "./channel.ts";
import { checkSignal, readOptions } from "./counter.ts";
import { kernelSteps } from "./kernel-steps.ts";
import { PluginChannels } from "./plugin-channels.ts";
import { PluginSwitch } from "./plugin-switch.ts";
import { replayState } from "./replay.ts";
import type { PeerInfo, Swarm } from "./swarm.ts";

/** A node on its container. */
export class SwarmNode implements Swarm {
  readonly id: PeerId;
  readonly network: string;
  readonly plugins: PluginSwitch;
  readonly #c: PortContainer;
  readonly #lifecycle: Lifecycle;

  constructor(container: PortContainer, plugins: readonly AssembledPlugin[]) {
    this.#c = container;
    this.id = container.get(ports.identity).id;
    this.network = container.get(rooms.options).network;
    logEvents(container.get(ports.events), container.get(ports.logger));
    const channels = new PluginChannels((channel) => this.#open(channel));
    const steps = kernelSteps(container, plugins, channels);
    const onStopFailed = (plugin: string, error: SwarmError) => {
      container.get(ports.logger).error(error.code, error.message);
      container.get(ports.events).emit("plugin:failed", { plugin, phase: "stop", error });
    };
    this.#lifecycle = new Lifecycle(steps, { clock: container.get(ports.clock), onStopFailed });
    this.plugins = new PluginSwitch({ c: container, plugins, channels, lifecycle: this.#lifecycle, onStopFailed });
  }

  get state(): Swarm["state"] {
    return this.#lifecycle.state;
  }

  async start(o: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const { signal } = readOptions(o);
    checkSignal(signal);
    await this.#lifecycle.start(signal && { signal });
  }

  async stop(): Promise<void> {
    await this.#lifecycle.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  channel<Schema extends z.ZodType, Response extends z.ZodType = z.ZodUnknown>(
    o: ChannelOptions<Schema, Response>,
  ): ChannelOf<Schema, Response> {
    const c = this.#c;
    const channelRooms = {
      self: this.id,
      clock: c.get(ports.clock),
      options: c.get(rooms.options).messaging,
      outbox: c.get(rooms.outbox),
      requests: c.get(rooms.requests),
      book: c.get(rooms.book),
      channels: c.get(rooms.channels),
      pool: c.get(rooms.pool),
      isStopped: () => this.state === "stopped",
    };
    return openChannel(channelRooms, o);
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
    if (peer === this.id)
      throw new SwarmError("OPTION_INVALID", "a node does not connect to itself", { detail: { path: "peer" } });
    const { signal } = readOptions(o);
    checkSignal(signal);
    await this.#c.get(rooms.connector).connect(peer, { signal: signal ?? new AbortController().signal });
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
    const events = this.#c.get(ports.events);
    const undo = events.on(name, listener);
    const book = this.#c.get(rooms.book);
    const connections = [...book.allSessions()].flatMap(({ peer, links }) =>
      links.map(({ way, inbound }) => ({ peer, transport: way.transport, road: way.road, inbound })),
    );
    replayState(events, name, listener, { peers: book.peers(), connections, transports: this.#c.all(ports.transport) });
    return undo;
  }

  get<Value>(port: OnePort<Value>): Value;
  get<Value>(port: ManyPort<Value>): readonly Value[];
  get<Value>(port: OnePort<Value> | ManyPort<Value>): Value | readonly Value[] {
    checkPort(port);
    return port.arity === "one" ? this.#c.get(port) : this.#c.all(port);
  }

  /** A channel that a plugin provides. */
  #open(provided: SyncChannel<unknown>): Channel<unknown> {
    const { name, schema, order, response } = provided;
    const options = { name, schema, ...(order === undefined ? {} : { order }) };
    const own = this.channel(response === undefined ? options : { ...options, response });
    own.onMessage((message, from, context) => provided.receive(message, from, context));
    if (response !== undefined && provided.respond !== undefined) {
      own.onRequest((request, { from, signal }) => provided.respond?.(request, from, signal));
    }
    return own;
  }

  #checkPeer(peer: PeerId): void {
    if (!isPeerId(peer)) throw new SwarmError("PEER_ID_INVALID", `not a peer id: ${quote(peer)}`);
  }
}

/** @throws SwarmError `OPTION_INVALID` */
function checkPort(port: Port<unknown>): void {
  try {
    if (typeof port.key === "symbol" && (port.arity === "one" || port.arity === "many")) return;
  } catch {}
  throw new SwarmError("OPTION_INVALID", "what is got is named by a port, as `ports.transport`", {
    detail: { path: "port" },
  });
}
