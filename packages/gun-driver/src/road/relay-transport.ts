import {
  type Address,
  type Announcement,
  type Clock,
  type Connection,
  type CryptoSuite,
  childAbort,
  type DepositOptions,
  type DiscoverySource,
  type Mailbox,
  oneAtATime,
  type PeerId,
  type Random,
  type RoadCapabilities,
  type RoadId,
  type Sighting,
  type SignalOptions,
  SwarmError,
  type Target,
  type Transport,
  type TransportId,
  type TransportState,
  Waiters,
} from "@swarm-space/core";
import { StateTeller } from "@swarm-space/core/medium";
import type { RelayPool } from "../relay-pool.ts";
import type { TakeLetter } from "./collection.ts";
import { isInbox } from "./packet.ts";
import { relayCapabilities } from "./relay-capabilities.ts";
import type { RoadConfig } from "./road-options.ts";
import { openSession, type RelaySide, type Session } from "./session.ts";
import type { HeardSignal } from "./switchboard.ts";
import { createTopics } from "./topics.ts";

export interface RelayTransportParts {
  readonly id: TransportId;
  /** Id of the discovery source; the transport's unless given. */
  readonly source?: string;
  readonly self: { readonly id: PeerId; readonly network: string };
  readonly relays: readonly string[];
  readonly config: RoadConfig;
  /** Asked at each `open`. */
  pool(): RelayPool;
  /** Asked at each `open`. Rejects when this node's relay cannot be served. */
  openSide(): Promise<RelaySide>;
  readonly clock: Clock;
  readonly random: Random;
  /** Undefined: WebCrypto hashes. */
  suite(): CryptoSuite | undefined;
  /** Something came of a meeting elsewhere, which this transport carries and does not read. */
  onSignal?(signal: HeardSignal): void;
}

/** Frames through Gun relays, discovery by presence and mailboxes on them. Each `open` makes a new session. */
export class RelayTransport implements Transport, DiscoverySource, Mailbox {
  readonly id: TransportId;
  readonly #parts: RelayTransportParts;
  readonly #told = new StateTeller();
  /** Those who wait for a session, its state or its end. */
  readonly #changes = new Waiters();
  /** Opens and closes one after the other. */
  readonly #inTurn = oneAtATime();
  #session: Session | undefined;

  constructor(parts: RelayTransportParts) {
    this.#parts = parts;
    this.id = parts.id;
  }

  /** What stands between `open` and `close`: for roads that are signalled by this one. */
  get session(): Session | undefined {
    return this.#session;
  }

  get state(): TransportState {
    return this.#told.state;
  }

  get lastError(): string | undefined {
    return this.#told.lastError;
  }

  onState(listener: (state: TransportState) => void): () => void {
    return this.#told.onState(listener);
  }

  /** Resolves with the first link, or after `openTimeoutMs`: then the relays are dialled on, and `state` says so. */
  async open(accept: (connection: Connection) => void, { signal }: SignalOptions): Promise<void> {
    signal.throwIfAborted();
    await this.#inTurn(async () => {
      if (this.#session) return;
      this.#set("initializing");
      try {
        const { id, source = id, self, suite, pool } = this.#parts;
        this.#session = await openSession({
          ...this.#parts,
          transport: id,
          source,
          pool: pool(),
          topics: createTopics(self.network, suite(), id),
          accept,
          onChange: () => this.#update(),
        });
      } catch (error) {
        this.#set("idle");
        throw error;
      }
      this.#update();
    });
    try {
      await this.#firstDials(signal);
    } catch (error) {
      await this.#end("opening was called off");
      throw error;
    }
  }

  /** This node slept, or its network came back. */
  woke(): void {
    this.#session?.woke();
  }

  close(_o: SignalOptions): Promise<void> {
    return this.#end("the node stops");
  }

  roadsTo(target: Target): readonly RoadId[] {
    if (!this.#session || this.#session.relays === 0) return [];
    const known = target.addresses.some(({ transport, value }) => transport === this.id && isInbox(value));
    return known || target.peer !== undefined ? ["relay"] : [];
  }

  capabilitiesOf(_target: Target, _road: RoadId): RoadCapabilities {
    return relayCapabilities(this.#parts.config.frameBytes);
  }

  async connect(target: Target, road: RoadId, { signal }: SignalOptions): Promise<Connection> {
    signal.throwIfAborted();
    if (!this.#session) throw new SwarmError("TRANSPORT_UNAVAILABLE", "The Gun transport is not open");
    if (road !== "relay") throw new SwarmError("DIAL_FAILED", "Gun has no such road", { detail: { road } });
    return await this.#session.connect(target, signal);
  }

  addresses(): readonly Address[] {
    return this.#session?.addresses() ?? [];
  }

  async *discover({ signal }: SignalOptions): AsyncGenerator<Sighting, void> {
    while (!signal.aborted) {
      const session = this.#session;
      if (session) {
        using ended = childAbort(signal);
        void this.#until(() => this.#session !== session, ended.signal).then(() => ended.abort());
        yield* session.watch(ended.signal);
      } else await this.#until(() => this.#session !== undefined, signal);
    }
  }

  async announce(self: Announcement, { signal }: SignalOptions): Promise<void> {
    while (!signal.aborted) {
      const session = this.#session;
      const undo = session?.announce(self);
      await this.#until(() => this.#session !== session, signal);
      undo?.();
    }
  }

  async deposit(to: PeerId, letter: Uint8Array, ttlMs: number, { signal, name }: DepositOptions): Promise<void> {
    signal.throwIfAborted();
    if (!this.#session) throw new SwarmError("TRANSPORT_UNAVAILABLE", "The Gun transport is not open");
    await this.#session.deposit({ to, letter, ttlMs, name }, signal);
  }

  /** Resolves when the signal aborts. */
  async collect(onLetter: TakeLetter, { signal }: SignalOptions): Promise<void> {
    while (!signal.aborted) {
      const session = this.#session;
      const undo = session?.collect(onLetter);
      await this.#until(() => this.#session !== session, signal);
      undo?.();
    }
  }

  /** Waits while the first dials are under way. Rejects with the signal's reason. */
  async #firstDials(signal: AbortSignal): Promise<void> {
    await this.#until(() => this.state !== "initializing", signal);
    signal.throwIfAborted();
  }

  async #end(reason: string): Promise<void> {
    await this.#inTurn(async () => {
      const session = this.#session;
      this.#session = undefined;
      await session?.close(reason);
      this.#set("idle");
    });
  }

  #update(): void {
    const condition = this.#session?.condition;
    if (condition) this.#set(condition.state, condition.lastError);
  }

  #set(state: TransportState, lastError?: string): void {
    this.#told.set(state, lastError);
    this.#changes.wake();
  }

  /** Resolves once it holds, or the signal aborts. */
  async #until(holds: () => boolean, signal: AbortSignal): Promise<void> {
    while (!holds() && !signal.aborted) await this.#changes.wait(signal).catch(() => undefined);
  }
}
