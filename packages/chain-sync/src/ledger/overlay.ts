import { SwarmError } from "@swarm-space/core";
import { chainLimits } from "../model/limits.ts";
import type { StateDelta, StateView } from "../model/state.ts";

const keyShape = /^[\x21-\x7e]+$/;

/** A view that can be written: what a block does, before anybody decides to keep it. */
export class Overlay implements StateView {
  readonly #base: StateView;
  readonly #written = new Map<string, Uint8Array | undefined>();

  constructor(base: StateView) {
    this.#base = base;
  }

  get(key: string): Uint8Array | undefined {
    return this.#written.has(key) ? this.#written.get(key) : this.#base.get(key);
  }

  /**
   * @param value undefined: the key goes
   * @throws SwarmError `CHAIN_VALUE_INVALID` for a key that is not 1 to 256 visible ASCII characters, or a value over 4 KiB
   */
  put(key: string, value: Uint8Array | undefined): void {
    const isKey = key.length <= chainLimits.stateKeyLength && keyShape.test(key);
    if (!isKey || (value !== undefined && value.length > chainLimits.stateValueBytes)) {
      throw new SwarmError(
        "CHAIN_VALUE_INVALID",
        `The state has no room for the key ${JSON.stringify(key.slice(0, 80))}.`,
      );
    }
    this.#written.set(key, value);
  }

  /** What has really changed, and the values before. */
  changes(): { readonly delta: StateDelta; readonly undo: StateDelta } {
    const delta = new Map<string, Uint8Array | undefined>();
    const undo = new Map<string, Uint8Array | undefined>();
    for (const [key, value] of this.#written) {
      const before = this.#base.get(key);
      if (isSame(before, value)) continue;
      delta.set(key, value);
      undo.set(key, before);
    }
    return { delta, undo };
  }
}

function isSame(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
