import type { Clock } from "@swarm-space/core";
import type { GunClient } from "../client.ts";
import type { IdSource } from "../id-source.ts";
import { toBase64 } from "./base64.ts";
import type { Carrier } from "./carrier.ts";
import { KeyPool, type PooledKey } from "./key-pool.ts";
import { inboxSoul } from "./topics.ts";

/** Keys that lie free for so long are ended, in milliseconds. */
const spareMs = 250;

export interface InboxCarrierParts {
  readonly client: Pick<GunClient, "put" | "bufferedBytes">;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly relay: string;
  readonly inbox: string;
  putOnce(soul: string, packet: Uint8Array): void;
  /** Ends a key that was last put with this state. */
  discard(soul: string, key: PooledKey): void;
  onEnd(): void;
}

/** How a connection's packets reach an inbox. */
export class InboxCarrier implements Carrier {
  readonly relay: string;
  readonly remote: string;
  readonly #parts: InboxCarrierParts;
  readonly #soul: string;
  readonly #keys: KeyPool;
  readonly #ackKey: string;
  #ackState = 0;
  #sparing: Disposable | undefined;
  #ended = false;

  constructor(parts: InboxCarrierParts) {
    const { relay, inbox, ids } = parts;
    this.relay = relay;
    this.remote = `gun:${inbox.slice(0, 8)}@${relay}`;
    this.#parts = parts;
    this.#soul = inboxSoul(inbox);
    this.#keys = new KeyPool(() => ids.next());
    this.#ackKey = ids.next();
  }

  get bufferedBytes(): number {
    return this.#parts.client.bufferedBytes(this.relay);
  }

  put(packet: Uint8Array): string | undefined {
    const { key, state } = this.#keys.take();
    if (this.#say(key, state, packet)) return key;
    this.discard([key]);
    return undefined;
  }

  putOnce(packet: Uint8Array): void {
    this.#parts.putOnce(this.#soul, packet);
  }

  putAck(packet: Uint8Array): void {
    this.#ackState += 1;
    this.#say(this.#ackKey, this.#ackState, packet);
  }

  discard(keys: readonly string[]): void {
    this.#keys.give(keys);
    if (!this.#ended && this.#keys.idle) this.#sparing ??= this.#parts.clock.timer(spareMs, () => this.#spare());
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#sparing?.[Symbol.dispose]();
    for (const key of this.#keys.drain()) this.#parts.discard(this.#soul, key);
    if (this.#ackState > 0) this.#parts.discard(this.#soul, { key: this.#ackKey, state: this.#ackState });
    this.#parts.onEnd();
  }

  #say(key: string, state: number, packet: Uint8Array): boolean {
    return this.#parts.client.put(this.relay, this.#soul, [{ key, value: toBase64(packet), state }]);
  }

  #spare(): void {
    this.#sparing = undefined;
    for (const key of this.#keys.spare()) this.#parts.discard(this.#soul, key);
    this.discard([]);
  }
}
