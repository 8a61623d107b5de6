import type { Clock } from "@swarm-space/core";
import type { GunClient } from "../client.ts";

interface Grave {
  readonly relay: string;
  readonly soul: string;
  readonly keys: { readonly key: string; readonly value: null; readonly state: number }[];
}

const batchKeys = 64;
const flushMs = 250;
const maxGraves = 1_024;

/** Ends keys that have done their work, many in one message, so that a relay's souls stay small. */
export class Tombstones {
  readonly #client: Pick<GunClient, "put">;
  readonly #clock: Clock;
  readonly #graves = new Map<string, Grave>();
  #timer: Disposable | undefined;

  constructor(client: Pick<GunClient, "put">, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /** @param state the state of the keys' last put */
  add(relay: string, soul: string, keys: readonly string[], state = 1): void {
    const name = `${relay} ${soul}`;
    let grave = this.#graves.get(name);
    if (!grave) {
      if (this.#graves.size >= maxGraves) this.flush();
      grave = { relay, soul, keys: [] };
      this.#graves.set(name, grave);
    }
    for (const key of keys) {
      grave.keys.push({ key, value: null, state: state + 1 });
      if (grave.keys.length >= batchKeys) this.#put(grave);
    }
    if (grave.keys.length === 0) this.#graves.delete(name);
    else this.#timer ??= this.#clock.timer(flushMs, () => this.flush());
  }

  /** Puts all that wait. What a relay that is away should have ended, its own time to live ends. */
  flush(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    for (const grave of this.#graves.values()) this.#put(grave);
    this.#graves.clear();
  }

  #put(grave: Grave): void {
    if (grave.keys.length > 0) this.#client.put(grave.relay, grave.soul, grave.keys.splice(0));
  }
}
