import type { GunItem } from "./client.ts";
import { SeenSet } from "./seen-set.ts";

/** What one listener wants to hear of a soul. */
export interface Hearing {
  readonly listener: (item: GunItem) => void;
  /** Undefined: every relay. */
  readonly relays: ReadonlySet<string> | undefined;
  /** Keys and states it has heard. Undefined: repeats are wanted. */
  readonly seen: SeenSet | undefined;
}

export interface HearingOptions {
  readonly relays?: ReadonlySet<string> | undefined;
  readonly repeats?: boolean | undefined;
  /** Keys remembered to give each once. Default 8,192. */
  readonly seenKeys?: number | undefined;
}

const maxSouls = 4_096;
const usualSeenKeys = 8_192;

/** Who hears which soul, each key and state once. */
export class Subscriptions {
  readonly #souls = new Map<string, Set<Hearing>>();
  readonly #onThrow: () => void;

  constructor(onThrow: () => void) {
    this.#onThrow = onThrow;
  }

  add(
    soul: string,
    listener: (item: GunItem) => void,
    { relays, repeats, seenKeys = usualSeenKeys }: HearingOptions,
  ): () => void {
    let hearings = this.#souls.get(soul);
    if (!hearings) {
      if (this.#souls.size >= maxSouls) throw new RangeError(`more than ${maxSouls} subscriptions`);
      hearings = new Set();
      this.#souls.set(soul, hearings);
    }
    const own = hearings;
    const hearing = { listener, relays, seen: repeats ? undefined : new SeenSet(seenKeys) };
    own.add(hearing);
    return () => {
      own.delete(hearing);
      if (own.size === 0 && this.#souls.get(soul) === own) this.#souls.delete(soul);
    };
  }

  wants(soul: string, relay: string): boolean {
    for (const hearing of this.#souls.get(soul) ?? []) if (isOf(hearing, relay)) return true;
    return false;
  }

  *soulsOf(relay: string): Generator<string> {
    for (const soul of this.#souls.keys()) if (this.wants(soul, relay)) yield soul;
  }

  /** @returns whether it was new to somebody, and wanted */
  deliver(item: GunItem): boolean {
    let isNew = false;
    for (const hearing of [...(this.#souls.get(item.soul) ?? [])]) {
      if (!isOf(hearing, item.relay) || hearing.seen?.add(`${item.state} ${item.key}`) === false) continue;
      isNew = true;
      try {
        hearing.listener(item);
      } catch {
        this.#onThrow();
      }
    }
    return isNew;
  }
}

function isOf({ relays }: Hearing, relay: string): boolean {
  return relays === undefined || relays.has(relay);
}
