import type { GunItem } from "./client.ts";
import { SeenSet } from "./seen-set.ts";

interface Subscription {
  readonly listeners: Set<(item: GunItem) => void>;
  /** Undefined: every relay. */
  readonly relay: string | undefined;
  /** Undefined: repeats are wanted. */
  readonly seen: SeenSet | undefined;
}

const maxSouls = 4_096;

/** Who hears which soul, each key and state once. */
export class Subscriptions {
  readonly #souls = new Map<string, Subscription>();
  readonly #seenKeys: number;
  readonly #onThrow: () => void;

  constructor(seenKeys: number, onThrow: () => void) {
    this.#seenKeys = seenKeys;
    this.#onThrow = onThrow;
  }

  /** The first listener of a soul says of which relay, and whether repeats are wanted. */
  add(soul: string, listener: (item: GunItem) => void, relay: string | undefined, repeats: boolean): () => void {
    let entry = this.#souls.get(soul);
    if (!entry) {
      if (this.#souls.size >= maxSouls) throw new RangeError(`more than ${maxSouls} subscriptions`);
      entry = { listeners: new Set(), relay, seen: repeats ? undefined : new SeenSet(this.#seenKeys) };
      this.#souls.set(soul, entry);
    }
    const { listeners } = entry;
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#souls.get(soul)?.listeners === listeners) this.#souls.delete(soul);
    };
  }

  wants(soul: string, relay: string): boolean {
    const entry = this.#souls.get(soul);
    return entry !== undefined && (entry.relay === undefined || entry.relay === relay);
  }

  *soulsOf(relay: string): Generator<string> {
    for (const [soul, entry] of this.#souls) if (entry.relay === undefined || entry.relay === relay) yield soul;
  }

  /** @returns whether it was new and wanted */
  deliver(item: GunItem): boolean {
    const entry = this.#souls.get(item.soul);
    if (!entry || !this.wants(item.soul, item.relay)) return false;
    if (entry.seen?.add(`${item.state} ${item.key}`) === false) return false;
    for (const listener of [...entry.listeners]) {
      try {
        listener(item);
      } catch {
        this.#onThrow();
      }
    }
    return true;
  }
}
