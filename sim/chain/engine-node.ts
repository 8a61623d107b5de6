import type { BlockchainSync, ChainRules, ChainSyncSettings } from "@swarm-space/chain-sync";
import {
  codeOf,
  type EventBus,
  EventEmitter,
  type EventName,
  type PeerId,
  type Store,
  SwarmError,
  type SwarmEvents,
} from "@swarm-space/core";
import {
  type CrashKind,
  diskStore,
  LifeClock,
  swiftVerifier,
  type VirtualClock,
  VirtualDisk,
} from "@swarm-space/testkit";
import type { LiveBlockchain } from "../../packages/chain-sync/src/api/live-blockchain.ts";
import type { messageSchema } from "../../packages/chain-sync/src/sync/wire.ts";
import type { ChainNode, Heard, NodePlan } from "./chain-node.ts";
import { type Wire, type WireEnd, wireTransport } from "./wire.ts";

/** Rooms of the plugin that have no public door, from the build or from the sources. */
export interface EngineParts {
  readonly LiveBlockchain: typeof LiveBlockchain;
  readonly messageSchema: typeof messageSchema;
}

export interface EngineNodeOptions extends NodePlan {
  readonly clock: VirtualClock;
  readonly wire: Wire;
  readonly parts: EngineParts;
  readonly rules: ChainRules;
  readonly settings: ChainSyncSettings;
  readonly heard: Heard;
  /** Default: on the disk. */
  readonly store?: Store;
}

interface EngineLife {
  readonly clock: LifeClock;
  readonly blockchain: LiveBlockchain;
  isOpen: boolean;
  leave: () => void;
}

const channel = "chain/1";

/** The shipped plugin's engine on its ports: disk, clock, events and a lane of the wire. What the kernel does for it is done here. */
export class EngineNode implements ChainNode {
  readonly disk: VirtualDisk;
  /** Bodies that it asked for and got an answer to. */
  asked = 0;
  readonly #o: EngineNodeOptions;
  #life: EngineLife | undefined;
  #lives = 0;

  constructor(o: EngineNodeOptions) {
    this.#o = o;
    this.disk = new VirtualDisk(o.random.fork("disk"));
  }

  get id(): PeerId {
    return this.#o.identity.id;
  }

  get blockchain(): BlockchainSync | undefined {
    return this.#life?.isOpen === true ? this.#life.blockchain : undefined;
  }

  async boot(): Promise<void> {
    const { parts, rules, settings, wire, identity } = this.#o;
    const random = this.#o.random.fork(`life ${++this.#lives}`);
    const clock = new LifeClock(this.#o.clock);
    const events = this.#events(clock);
    const blockchain = new parts.LiveBlockchain({
      rules,
      settings,
      self: {
        id: identity.id,
        network: rules.parameters.network,
        sign: (domain, bytes) => identity.sign(domain, bytes),
      },
      clock,
      events,
      store: this.#o.store ?? diskStore({ disk: this.disk, clock, random: random.fork("store") }),
      verifier: swiftVerifier(),
    });
    const life: EngineLife = { clock, blockchain, isOpen: false, leave: () => undefined };
    this.#life = life;
    await blockchain.open();
    const end = this.#end(clock, events, blockchain);
    const lane = wire.lane<Parameters<typeof blockchain.respond>[0]>(end);
    blockchain.attach({
      chain: {
        ...lane,
        request: async (to, question, o) => {
          const answer = await lane.request(to, question, o);
          if (question.kind === "getBodies") this.asked += question.ids.length;
          return answer;
        },
      },
    });
    life.leave = wire.join(end);
    life.isOpen = true;
  }

  crash(kind: CrashKind): void {
    this.#life?.clock.die();
    this.#life?.leave();
    this.#life = undefined;
    this.disk.crash(kind);
  }

  async stop(): Promise<void> {
    const life = this.#life;
    await life?.blockchain.close();
    life?.leave();
    this.#life = undefined;
  }

  #events(clock: LifeClock): EventBus {
    const events = new EventEmitter();
    const isOver = () => this.#life?.clock !== clock;
    return {
      emit: <Name extends EventName>(name: Name, detail: SwarmEvents[Name]) => {
        if (!isOver()) this.#o.heard(name, detail);
        events.emit(name, detail);
      },
      on: (name, listener) => events.on(name, listener),
    };
  }

  #end(clock: LifeClock, events: EventBus, blockchain: LiveBlockchain): WireEnd {
    const { messageSchema } = this.#o.parts;
    const road = { transport: wireTransport, road: wireTransport };
    const read = (message: unknown, from: PeerId) => {
      const read = messageSchema.safeParse(message);
      if (read.success) return read.data;
      events.emit("message:rejected", { from, channel, code: "MESSAGE_INVALID", detail: "of no known form" });
      throw new SwarmError("MESSAGE_INVALID", "a message of no known form", { detail: { remote: true } });
    };
    return {
      peer: this.id,
      clock,
      linked: (peer) => {
        events.emit("connection:open", { peer, ...road, inbound: false });
        events.emit("peer:connect", { peer });
      },
      unlinked: (peer) => {
        events.emit("connection:close", { peer, ...road, reason: { by: "lost", detail: "silent" } });
        events.emit("peer:disconnect", { peer });
      },
      receive: (message, from) => blockchain.sync?.receive(read(message, from), from, wireTransport),
      respond: async (question, from) => {
        try {
          return await blockchain.respond(read(question, from), from);
        } catch (error) {
          const code = codeOf(error, "HANDLER_FAILED");
          throw new SwarmError(SwarmError.is(error) ? error.code : "HANDLER_FAILED", code, {
            detail: { remote: true },
          });
        }
      },
    };
  }
}
