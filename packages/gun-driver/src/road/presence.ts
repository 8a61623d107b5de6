import type { Address, Announcement, Clock, PeerId, TransportId } from "@swarm-space/core";
import type { GunClient } from "../client.ts";
import type { IdSource } from "../id-source.ts";
import { encodePresence } from "./presence-record.ts";
import type { RoadConfig } from "./road-options.ts";
import type { Topics } from "./topics.ts";

export interface PresenceParts {
  readonly transport: TransportId;
  readonly self: PeerId;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly client: GunClient;
  readonly topics: Topics;
  readonly config: RoadConfig;
  /** Where this node hears dials now. */
  addresses(): readonly Address[];
}

/** Writes this node's presence record to every relay, renews it, and ends it at the close. */
export class Presence {
  readonly #parts: PresenceParts;
  readonly #key: string;
  readonly #announced = new Set<Announcement>();
  #soul: string | undefined;
  #state = 0;
  #timer: Disposable | undefined;

  constructor(parts: PresenceParts) {
    this.#parts = parts;
    this.#key = parts.ids.next();
  }

  async open(): Promise<void> {
    this.#soul = await this.#parts.topics.presenceOf(this.#parts.self);
    this.publish();
  }

  /** Adds the addresses of other transports, and the letter key card, until the returned undo. */
  announce(announcement: Announcement): () => void {
    this.#announced.add(announcement);
    this.publish();
    return () => {
      if (this.#announced.delete(announcement)) this.publish();
    };
  }

  /** Writes the record now, and again in time. */
  publish(): void {
    if (this.#soul === undefined) return;
    const { clock, config, client } = this.#parts;
    this.#timer?.[Symbol.dispose]();
    this.#timer = clock.timer(config.presence.refreshMs, () => this.publish());
    if (!config.presence.announce) return;
    const card = [...this.#announced].findLast((one) => one.card !== undefined)?.card;
    const value = encodePresence({
      peer: this.#parts.self,
      ...(card === undefined ? {} : { card }),
      addresses: this.#addresses(),
      expiresAt: Math.round(clock.wall() + config.presence.ttlMs),
    });
    this.#state += 1;
    for (const { url } of client.relays()) client.put(url, this.#soul, [{ key: this.#key, value, state: this.#state }]);
  }

  close(): void {
    this.#timer?.[Symbol.dispose]();
    const { client } = this.#parts;
    if (this.#soul === undefined || this.#state === 0) return;
    const tombstone = { key: this.#key, value: null, state: this.#state + 1 };
    for (const { url } of client.relays()) client.put(url, this.#soul, [tombstone]);
    this.#soul = undefined;
  }

  #addresses(): readonly Address[] {
    const all = new Map<string, Address>();
    // Our own are known better here than by whoever announces them: links come and go.
    const own = this.#parts.transport;
    const others = [...this.#announced].flatMap((one) => one.addresses).filter(({ transport }) => transport !== own);
    for (const address of [...this.#parts.addresses(), ...others]) {
      all.set(`${address.transport} ${address.value} ${address.rendezvous ?? ""}`, address);
    }
    return [...all.values()];
  }
}
