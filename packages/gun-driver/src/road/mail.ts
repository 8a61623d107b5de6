import type { Clock } from "@swarm-space/core";
import type { GunClient } from "../client.ts";
import type { IdSource } from "../id-source.ts";
import { toBase64 } from "./base64.ts";
import type { Carrier } from "./carrier.ts";
import { InboxCarrier } from "./inbox-carrier.ts";
import { Tombstones } from "./tombstones.ts";

const lingerMs = 5_000;
const maxLingering = 512;

/** What of a client mail needs. */
export type MailClient = Pick<GunClient, "put" | "bufferedBytes">;

/** Puts packets into souls, each under a key of its own, and ends the keys in time. */
export class Mail {
  readonly #client: MailClient;
  readonly #clock: Clock;
  readonly #ids: IdSource;
  readonly #tombstones: Tombstones;
  readonly #lingering = new Set<{ readonly end: () => void; readonly timer: Disposable }>();

  constructor(client: MailClient, clock: Clock, ids: IdSource) {
    this.#client = client;
    this.#clock = clock;
    this.#ids = ids;
    this.#tombstones = new Tombstones(client, clock);
  }

  /** @returns the key; undefined: the relay is away */
  put(relay: string, soul: string, packet: Uint8Array): string | undefined {
    const key = this.#ids.next();
    return this.#client.put(relay, soul, [{ key, value: toBase64(packet), state: 1 }]) ? key : undefined;
  }

  /** As `put`; the key is ended after a while, for nobody acknowledges it. */
  putOnce(relay: string, soul: string, packet: Uint8Array): void {
    const key = this.put(relay, soul, packet);
    if (key === undefined) return;
    for (const oldest of this.#lingering) {
      if (this.#lingering.size < maxLingering) break;
      oldest.end();
    }
    const end = () => {
      entry.timer[Symbol.dispose]();
      this.#lingering.delete(entry);
      this.discard(relay, soul, [key]);
    };
    const entry = { end, timer: this.#clock.timer(lingerMs, end) };
    this.#lingering.add(entry);
  }

  discard(relay: string, soul: string, keys: readonly string[], state = 1): void {
    if (keys.length > 0) this.#tombstones.add(relay, soul, keys, state);
  }

  /** How a connection's packets reach an inbox. */
  carrier(relay: string, inbox: string, onEnd: () => void): Carrier {
    return new InboxCarrier({
      client: this.#client,
      clock: this.#clock,
      ids: this.#ids,
      relay,
      inbox,
      putOnce: (soul, packet) => this.putOnce(relay, soul, packet),
      discard: (soul, { key, state }) => this.discard(relay, soul, [key], state),
      onEnd,
    });
  }

  /** Ends every key that lingers, and all timers. */
  close(): void {
    for (const entry of [...this.#lingering]) entry.end();
    this.#tombstones.flush();
  }
}
