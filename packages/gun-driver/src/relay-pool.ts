import { type ClientStats, GuardedClient, type GunClient, type GunClientOptions, type RelayStatus } from "./client.ts";
import { clientLimits, createGuard } from "./guard.ts";
import { PooledClient } from "./pooled-client.ts";

/** Relay links that several users in one node share: one socket a relay, however many of them name it. */
export class RelayPool {
  /** How many users hold each relay. */
  readonly #users = new Map<string, number>();
  #client: GuardedClient | undefined;
  #isWaking = false;

  /** A client of the relays that the options name. Whoever names a relay first says how it is dialled; the last to close ends its link. */
  client(options: GunClientOptions): GunClient {
    return new PooledClient(options, this);
  }

  /** Relays that are held now, and how they fare. */
  relays(): readonly RelayStatus[] {
    return this.#client?.relays() ?? [];
  }

  get stats(): ClientStats {
    return this.#client?.stats ?? { received: 0, rejected: 0, foreign: 0, errors: 0 };
  }

  /** Dials the relays that nobody held. Every `hold` has its `release`. */
  hold(relays: Iterable<string>, options: GunClientOptions): GuardedClient {
    const client = this.#client ?? new GuardedClient({ ...options, relays: [] }, createGuard(clientLimits));
    this.#client = client;
    client.open();
    for (const relay of relays) {
      this.#users.set(relay, (this.#users.get(relay) ?? 0) + 1);
      client.addRelay(relay, options);
    }
    return client;
  }

  /** Resolves when the sockets that nobody holds any more are gone. */
  async release(relays: Iterable<string>): Promise<void> {
    const client = this.#client;
    const free = [...relays].filter((relay) => this.#leave(relay));
    if (this.#users.size > 0) return void (await Promise.all(free.map((relay) => client?.removeRelay(relay))));
    this.#client = undefined;
    await client?.close();
  }

  /** As the client's, once a turn: several users are told of the same waking. */
  woke(): void {
    if (this.#isWaking) return;
    this.#isWaking = true;
    this.#client?.woke();
    queueMicrotask(() => {
      this.#isWaking = false;
    });
  }

  /** @returns whether nobody is left */
  #leave(relay: string): boolean {
    const left = (this.#users.get(relay) ?? 1) - 1;
    if (left > 0) this.#users.set(relay, left);
    else this.#users.delete(relay);
    return left <= 0;
  }
}
