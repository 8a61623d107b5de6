import type { Clock, Random } from "./clock.ts";
import type { GraphItem, GraphNode, GunMessage } from "./frame.ts";
import { makeGun } from "./generated/gun-factory.ts";
import { createGunGlobals } from "./gun-globals.ts";
import type { EnginePeer, GunConstructor, GunMesh, GunRoot, HeardMessage } from "./gun-types.ts";
import { TimerShelf } from "./timer-shelf.ts";

export interface EngineOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Each key that Gun took, after it is in the graph. */
  onItem(item: GraphItem, via: EnginePeer | undefined): void;
  /** What Gun would tell everybody: whom to tell is the caller's choice. */
  onRoute(message: HeardMessage): void;
  /** What Gun threw, wherever that was. */
  onError(error: unknown): void;
}

/** Messages are remembered this long to drop repeats, in milliseconds. Gun's own nine seconds cost memory. */
const repeatAgeMs = 2_500;

/**
 * The real Gun without socket, storage or peers of its own: what comes in is handed to `hear`,
 * what goes out leaves by `peer.say` and `onRoute`, and all its timers end with `end`.
 */
export class Engine {
  readonly #options: EngineOptions;
  readonly #timers: TimerShelf;
  readonly #mesh: GunMesh;
  readonly #root: GunRoot;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#timers = new TimerShelf(options.clock, options.onError);
    const Gun: GunConstructor = makeGun(createGunGlobals(options.clock, options.random, this.#timers));
    const makeDup = Gun.dup;
    Gun.dup = () => makeDup({ max: 999, age: repeatAgeMs });
    Gun.on.get = () => undefined;
    this.#root = new Gun({ WebSocket: false, localStorage: false })._;
    this.#mesh = Gun.Mesh(this.#root);
    this.#root.on("out", this.#mesh.say);
    this.#mesh.way = (message) => options.onRoute(message);
    const { onItem } = options;
    this.#root.on("put", function (heard) {
      this.to.next(heard);
      const { put } = heard;
      onItem({ soul: put["#"], key: put["."], value: put[":"], state: put[">"] }, heard._?.msg?._?.via);
    });
  }

  /** Keys in the graph, by soul. Read it, and `forget` what is no longer wanted. */
  get graph(): GunRoot["graph"] {
    return this.#root.graph;
  }

  /** Timers that run now. */
  get timers(): number {
    return this.#timers.size;
  }

  hi(peer: EnginePeer): void {
    this.#run(() => this.#mesh.hi(peer));
  }

  bye(peer: EnginePeer): void {
    this.#run(() => this.#mesh.bye(peer));
  }

  /** Gives Gun a message that passed the guard. */
  hear(message: GunMessage, peer: EnginePeer): void {
    this.#run(() => this.#mesh.hear(message, peer));
  }

  /** Sends to one peer. Gun gathers what follows within a turn into one frame. */
  say(id: string, raw: string, peer: EnginePeer): void {
    this.#run(() => {
      this.#mesh.say({ "#": id, _: { raw } }, peer);
    });
  }

  /** Who sent the message of this id, while Gun remembers. */
  senderOf(id: string): EnginePeer | undefined {
    return Object.hasOwn(this.#root.dup.s, id) ? this.#root.dup.s[id]?.via : undefined;
  }

  /** Sends now what Gun gathers for a peer. Its own timer would wait a millisecond. */
  flush(peer: EnginePeer): void {
    // Gun flushes a peer after each batch it heard of it, also an empty one.
    this.#run(() => this.#mesh.hear("[]", peer));
  }

  /** Puts a key into the graph as if it had been there always. */
  restore({ soul, key, value, state }: GraphItem): void {
    const { graph } = this.#root;
    const node = Object.hasOwn(graph, soul) ? graph[soul] : undefined;
    const own: GraphNode = node ?? { _: { "#": soul, ">": {} } };
    own[key] = value;
    own._[">"][key] = state;
    graph[soul] = own;
  }

  /** Takes a key out of the graph; `last`: and its soul. */
  forget(soul: string, key: string, last: boolean): void {
    const { graph, next } = this.#root;
    if (!Object.hasOwn(graph, soul)) return;
    if (last) {
      delete graph[soul];
      if (next) delete next[soul];
      return;
    }
    const node = graph[soul];
    if (!node) return;
    delete node[key];
    delete node._[">"][key];
  }

  end(): void {
    this.#timers.end();
  }

  #run(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#options.onError(error);
    }
  }
}
