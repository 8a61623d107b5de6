import {
  type ChannelOf,
  createSwarm,
  type EventName,
  identityFromSecret,
  type Logger,
  type PeerId,
  type PluginUse,
  ports,
  replaceRoom,
  roomPorts,
  type Swarm,
  silentNetwork,
} from "@swarm-space/core";
import type * as z from "zod";
import type { VirtualClock } from "../clock/virtual-clock.ts";
import type { SeededRandom } from "../random/seeded-random.ts";
import type { Trace } from "./trace.ts";
import { tracedEvents } from "./traced-events.ts";

export interface SimulatedNodeOptions {
  readonly name: string;
  readonly clock: VirtualClock;
  /** The node's own stream. */
  readonly random: SeededRandom;
  readonly trace: Trace;
  readonly plugins: readonly PluginUse[];
  readonly heard: (name: EventName) => void;
}

/** A letter that reached a handler. */
export interface Delivery {
  readonly atMs: number;
  readonly channel: string;
  readonly from: PeerId;
  readonly message: unknown;
}

/** A whole node of the shipped kernel. Only time, chance, the log and a witness of its events are the simulator's. */
export class SimulatedNode {
  readonly name: string;
  readonly swarm: Swarm;
  /** What the channels opened by `open` have delivered, in order. */
  readonly deliveries: Delivery[] = [];
  readonly #o: SimulatedNodeOptions;

  private constructor(o: SimulatedNodeOptions, swarm: Swarm) {
    this.name = o.name;
    this.swarm = swarm;
    this.#o = o;
  }

  static async create(o: SimulatedNodeOptions): Promise<SimulatedNode> {
    const { name, clock, trace, random } = o;
    const events = tracedEvents((event, detail) => {
      trace.note(name, event, detail);
      o.heard(event);
    });
    const swarm = await createSwarm({
      plugins: o.plugins,
      identity: identityFromSecret(random.fork("identity").bytes(32)),
      replace: [
        replaceRoom(ports.clock, () => clock),
        replaceRoom(ports.random, () => random.fork("kernel")),
        replaceRoom(ports.events, () => events),
        replaceRoom(roomPorts.network, silentNetwork),
        replaceRoom(ports.logger, () => tracedLogger(name, trace)),
      ],
    });
    return new SimulatedNode(o, swarm);
  }

  get id(): PeerId {
    return this.swarm.id;
  }

  /** Opens a channel whose deliveries stand in the trace and in `deliveries`. */
  open<Schema extends z.ZodType>(o: {
    readonly name: string;
    readonly schema: Schema;
  }): ChannelOf<Schema, z.ZodUnknown> {
    const channel = this.swarm.channel(o);
    channel.onMessage((message, from) => {
      this.#o.trace.note(this.name, "letter", [o.name, from, message]);
      this.deliveries.push({ atMs: this.#o.clock.now(), channel: o.name, from, message });
    });
    return channel;
  }
}

function tracedLogger(name: string, trace: Trace): Logger {
  return {
    debug: () => undefined,
    info: (text) => trace.note(name, "info", text),
    warn: (code, text) => trace.note(name, "warn", [code, text]),
    error: (code, text) => trace.note(name, "error", [code, text]),
  };
}
