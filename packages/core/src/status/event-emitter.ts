import { quote, SwarmError } from "../errors/index.ts";
import type { EventBus, EventName, SwarmEvents } from "../ports/events.ts";

interface Subscription<Name extends EventName> {
  readonly listener: (detail: SwarmEvents[Name]) => unknown;
  live: boolean;
}

/** Lists are replaced, never changed, so a running emit keeps its own. */
type Subscriptions = { [Name in EventName]?: readonly Subscription<Name>[] };

export interface EventEmitterOptions {
  /** Most listeners one event may have. Default 1,024: more is a leak. */
  readonly maxListeners?: number;
  /** Hears what a listener of `handler:failed` itself threw. Default: nobody. */
  readonly onLastThrow?: (error: unknown) => void;
}

/**
 * The events of one node. Emitting what nobody listens to costs one look-up. A listener added during an emit
 * hears the next one; a listener removed during an emit hears no more. A throw, or a rejected promise, of a
 * listener becomes `handler:failed`, and the other listeners are called all the same.
 */
export class EventEmitter implements EventBus {
  readonly #subscriptions: Subscriptions = Object.create(null);
  /** Names with listeners: asked first, for it answers faster than a miss in an object does. */
  readonly #heard = new Set<EventName>();
  readonly #maxListeners: number;
  readonly #onLastThrow: (error: unknown) => void;

  constructor(o: EventEmitterOptions = {}) {
    this.#maxListeners = o.maxListeners ?? 1024;
    this.#onLastThrow = o.onLastThrow ?? (() => {});
  }

  emit<Name extends EventName>(name: Name, detail: SwarmEvents[Name]): void {
    if (!this.#heard.has(name)) return;
    for (const subscription of this.#subscriptions[name] ?? []) {
      if (!subscription.live) continue;
      try {
        const given = subscription.listener(detail);
        if (given instanceof Promise) given.catch((error: unknown) => this.#fail(name, error));
      } catch (error) {
        this.#fail(name, error);
      }
    }
  }

  /**
   * Returns its unsubscribe; calling that twice is harmless.
   * @throws SwarmError `LISTENERS_EXCEEDED`, `OPTION_INVALID` where the listener is no function, or the name none
   */
  on<Name extends EventName>(name: Name, listener: (detail: SwarmEvents[Name]) => void): () => void {
    if (typeof listener !== "function") {
      throw new SwarmError("OPTION_INVALID", `A listener of "${String(name)}" must be a function.`);
    }
    if (typeof name !== "string" || !name.includes(":")) {
      throw new SwarmError("OPTION_INVALID", `An event is named as "peer:connect" is, and not ${quote(name)}.`);
    }
    const before: Subscriptions[Name] = this.#subscriptions[name];
    if (before !== undefined && before.length >= this.#maxListeners) {
      throw new SwarmError(
        "LISTENERS_EXCEEDED",
        `"${name}" has ${before.length} listeners already, as many as it may.`,
        {
          detail: { event: name, maxListeners: this.#maxListeners },
        },
      );
    }
    const subscription: Subscription<Name> = { listener, live: true };
    this.#set(name, [...(before ?? []), subscription]);
    return () => {
      if (!subscription.live) return;
      subscription.live = false;
      this.#set(
        name,
        (this.#subscriptions[name] ?? []).filter((each) => each !== subscription),
      );
    };
  }

  #set<Name extends EventName>(name: Name, list: readonly Subscription<Name>[]): void {
    const all: { [Each in Name]?: readonly Subscription<Each>[] } = this.#subscriptions;
    all[name] = list;
    if (list.length === 0) this.#heard.delete(name);
    else this.#heard.add(name);
  }

  /** A failing listener of `handler:failed` must not be told of itself for ever. */
  #fail(name: EventName, error: unknown): void {
    if (name !== "handler:failed") return this.emit("handler:failed", { where: `listener of "${name}"`, error });
    try {
      this.#onLastThrow(error);
    } catch {
      // Nobody is left to tell, and whoever emitted did nothing wrong.
    }
  }
}
