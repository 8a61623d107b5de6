import type { ClientStats, GuardedClient, GunClient, GunClientOptions, GunItem, RelayStatus } from "./client.ts";
import type { GraphItem } from "./frame.ts";
import type { RelayPool } from "./relay-pool.ts";
import { normalizeRelayUrl } from "./relay-url.ts";

type Subscription = () => () => void;

/** One user's part of a pool: the relays it named, and nothing of the others. */
export class PooledClient implements GunClient {
  readonly #options: GunClientOptions;
  readonly #pool: RelayPool;
  readonly #relays = new Set<string>();
  readonly #listeners = new Set<(status: RelayStatus) => void>();
  /** What to subscribe to at each `open`, with how to end it while it is open. */
  readonly #wanted = new Map<Subscription, (() => void) | undefined>();
  #client: GuardedClient | undefined;
  #ended = new AbortController();
  #unwatch: () => void = () => undefined;

  constructor(options: GunClientOptions, pool: RelayPool) {
    this.#options = options;
    this.#pool = pool;
    for (const text of options.relays) {
      const url = normalizeRelayUrl(text);
      if (url === undefined) throw new TypeError(`not the URL of a relay: ${text}`);
      this.#relays.add(url);
    }
  }

  get stats(): ClientStats {
    return this.#pool.stats;
  }

  open(): void {
    if (this.#client) return;
    this.#ended = new AbortController();
    const client = this.#pool.hold(this.#relays, this.#options);
    this.#client = client;
    this.#unwatch = client.onRelay((status) => this.#relays.has(status.url) && this.#tell(status));
    for (const subscribe of [...this.#wanted.keys()]) this.#wanted.set(subscribe, subscribe());
    // A relay that another user holds is there already, and comes up for nobody.
    for (const status of this.relays()) if (status.up) this.#tell(status);
  }

  async close(): Promise<void> {
    const client = this.#client;
    if (!client) return;
    client.flush();
    this.#client = undefined;
    this.#unwatch();
    for (const [subscribe, end] of [...this.#wanted]) {
      end?.();
      this.#wanted.set(subscribe, undefined);
    }
    this.#ended.abort(new Error("the client is closed"));
    await this.#pool.release(this.#relays);
  }

  woke(): void {
    if (this.#client) this.#pool.woke();
  }

  relays(): readonly RelayStatus[] {
    const known = new Map(this.#client?.relays().map((status) => [status.url, status]));
    return [...this.#relays].map((url) => known.get(url) ?? { url, up: false, lastError: "not yet dialled" });
  }

  isUp(relay: string): boolean {
    return this.#relays.has(relay) && this.#client?.isUp(relay) === true;
  }

  bufferedBytes(relay: string): number {
    return this.#client?.bufferedBytes(relay) ?? 0;
  }

  onRelay(listener: (status: RelayStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  subscribe(soul: string, listener: (item: GunItem) => void, relay?: string, repeats = false): () => void {
    const relays = relay === undefined ? this.#relays : new Set([relay]);
    const { seenKeys } = this.#options;
    const subscribe: Subscription = () =>
      this.#client?.listen(soul, listener, { relays, repeats, seenKeys }) ?? (() => undefined);
    this.#wanted.set(subscribe, this.#client ? subscribe() : undefined);
    return () => {
      this.#wanted.get(subscribe)?.();
      this.#wanted.delete(subscribe);
    };
  }

  put(relay: string, soul: string, items: readonly Omit<GraphItem, "soul">[]): boolean {
    return this.isUp(relay) && this.#client?.put(relay, soul, items) === true;
  }

  async keep(
    relay: string,
    soul: string,
    item: Omit<GraphItem, "soul">,
    { signal }: { readonly signal: AbortSignal },
  ): Promise<void> {
    if (!this.#client || !this.#relays.has(relay)) throw new Error("the relay is away");
    await this.#client.keep(relay, soul, item, { signal: AbortSignal.any([signal, this.#ended.signal]) });
  }

  #tell(status: RelayStatus): void {
    for (const listener of [...this.#listeners]) listener(status);
  }
}
