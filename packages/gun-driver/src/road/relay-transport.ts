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
} from "@swarm-space/core";
import { SessionTransport } from "@swarm-space/core/medium";
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
export class RelayTransport extends SessionTransport<Session> implements Transport, DiscoverySource, Mailbox {
  readonly id: TransportId;
  readonly #parts: RelayTransportParts;

  constructor(parts: RelayTransportParts) {
    super(parts.clock, parts.config.openTimeoutMs);
    this.#parts = parts;
    this.id = parts.id;
  }

  protected async begin(accept: (connection: Connection) => void): Promise<Session> {
    const { id, source = id, self, suite, pool } = this.#parts;
    return await openSession({
      ...this.#parts,
      transport: id,
      source,
      pool: pool(),
      topics: createTopics(self.network, suite(), id),
      accept,
      onChange: () => this.tell(),
    });
  }

  /** This node slept, or its network came back. */
  woke(): void {
    this.session?.woke();
  }

  roadsTo(target: Target): readonly RoadId[] {
    if (!this.session?.relays) return [];
    const known = target.addresses.some(({ transport, value }) => transport === this.id && isInbox(value));
    return known || target.peer !== undefined ? ["relay"] : [];
  }

  capabilitiesOf(_target: Target, _road: RoadId): RoadCapabilities {
    return relayCapabilities(this.#parts.config.frameBytes);
  }

  async connect(target: Target, road: RoadId, { signal }: SignalOptions): Promise<Connection> {
    signal.throwIfAborted();
    const session = this.live;
    if (road !== "relay") throw new SwarmError("DIAL_FAILED", "Gun has no such road", { detail: { road } });
    return await session.connect(target, signal);
  }

  addresses(): readonly Address[] {
    return this.session?.addresses() ?? [];
  }

  async *discover({ signal }: SignalOptions): AsyncGenerator<Sighting, void> {
    while (!signal.aborted) {
      const session = this.session;
      if (session) {
        const ended = childAbort(signal);
        void this.until(() => this.session !== session, ended.signal).then(() => ended.abort());
        try {
          yield* session.watch(ended.signal);
        } finally {
          ended[Symbol.dispose]();
        }
      } else await this.until(() => this.session !== undefined, signal);
    }
  }

  async announce(self: Announcement, { signal }: SignalOptions): Promise<void> {
    while (!signal.aborted) {
      const session = this.session;
      const undo = session?.announce(self);
      await this.until(() => this.session !== session, signal);
      undo?.();
    }
  }

  async deposit(to: PeerId, letter: Uint8Array, ttlMs: number, { signal, name }: DepositOptions): Promise<void> {
    signal.throwIfAborted();
    await this.live.deposit({ to, letter, ttlMs, name }, signal);
  }

  /** Resolves when the signal aborts. */
  async collect(onLetter: TakeLetter, { signal }: SignalOptions): Promise<void> {
    while (!signal.aborted) {
      const session = this.session;
      const undo = session?.collect(onLetter);
      await this.until(() => this.session !== session, signal);
      undo?.();
    }
  }
}
