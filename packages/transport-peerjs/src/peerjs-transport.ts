import {
  type Address,
  type Clock,
  type Connection,
  type CryptoSuite,
  childAbort,
  type DiscoverySource,
  oneAtATime,
  type Random,
  type RoadCapabilities,
  type RoadId,
  type Sighting,
  type SignalOptions,
  SwarmError,
  type Target,
  type Transport,
  type TransportState,
  Waiters,
} from "@swarm-space/core";
import { Sightings, StateTeller } from "@swarm-space/core/medium";
import { openWebRtc, type WebRtcEngine, type WebRtcOptions } from "@swarm-space/webrtc-driver";
import type { PeerjsConfig } from "./config.ts";
import { isPeerjsId } from "./peerjs-id.ts";
import type { MakeSocket } from "./peerjs-socket.ts";
import { openSession, type Session } from "./session.ts";

export interface PeerjsTransportParts {
  readonly self: { readonly id: string; readonly network: string };
  readonly config: PeerjsConfig;
  readonly clock: Clock;
  readonly random: Random;
  /** Undefined: WebCrypto hashes. */
  suite(): CryptoSuite | undefined;
  /** What came by signalling was refused. @param src PeerJS id of who sent it, or the server's URL */
  refused?(src: string, error: SwarmError): void;
  /** The platform's own unless given. */
  readonly makeSocket?: MakeSocket;
  readonly openEngine?: (options: WebRtcOptions) => Promise<WebRtcEngine>;
  /** How often a server is asked whether it hears, in milliseconds; `hearEveryMs` unless a test says otherwise. */
  readonly hearEveryMs?: number;
}

/** A path that died while nothing was said is found within a minute and the server's time to answer, in milliseconds. */
const hearEveryMs = 60_000;

/** WebRTC by PeerJS signalling, and discovery by its servers. Each `open` makes a new session. */
export class PeerjsTransport implements Transport, DiscoverySource {
  readonly id = "peerjs";
  readonly #parts: PeerjsTransportParts;
  readonly #told = new StateTeller();
  readonly #sightings = new Sightings();
  /** An opening that waits for the first server. */
  readonly #changes = new Waiters();
  /** Opens and closes one after the other. */
  readonly #inTurn = oneAtATime();
  #session: Session | undefined;
  #engine: WebRtcEngine | undefined;

  constructor(parts: PeerjsTransportParts) {
    this.#parts = parts;
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

  /** Resolves with the first server, or after `openTimeoutMs`: then they are dialled on, and `state` says so. */
  async open(accept: (connection: Connection) => void, { signal }: SignalOptions): Promise<void> {
    signal.throwIfAborted();
    await this.#inTurn(async () => {
      if (this.#session) return;
      this.#set("initializing");
      try {
        await this.#begin(accept);
      } catch (error) {
        this.#set("idle");
        throw error;
      }
      this.#update();
    });
    try {
      await this.#firstServer(signal);
    } catch (error) {
      await this.#end("opening was called off");
      throw error;
    }
  }

  /** This node slept. */
  woke(): void {
    this.#session?.woke();
  }

  close(_o: SignalOptions): Promise<void> {
    return this.#end("the node stops");
  }

  roadsTo(target: Target): readonly RoadId[] {
    if (!this.#session?.hasServers) return [];
    const isKnown = target.addresses.some(({ transport, value }) => transport === "peerjs" && isPeerjsId(value));
    return isKnown || target.peer !== undefined ? ["direct"] : [];
  }

  /** As it is where no TURN server carries the bytes. */
  capabilitiesOf(_target: Target, _road: RoadId): RoadCapabilities {
    return { direct: true, maxFrameBytes: 65_536, latencyClassMs: 50 };
  }

  async connect(target: Target, road: RoadId, { signal }: SignalOptions): Promise<Connection> {
    signal.throwIfAborted();
    if (!this.#session) throw new SwarmError("TRANSPORT_UNAVAILABLE", "The PeerJS transport is not open");
    if (road !== "direct") throw new SwarmError("DIAL_FAILED", "PeerJS has no such road", { detail: { road } });
    return await this.#session.connect(target, { signal });
  }

  addresses(): readonly Address[] {
    return this.#session?.addresses() ?? [];
  }

  async *discover({ signal }: SignalOptions): AsyncGenerator<Sighting, void> {
    this.#session?.look();
    yield* this.#sightings.watch(signal);
  }

  async #begin(accept: (connection: Connection) => void): Promise<void> {
    const {
      clock,
      config,
      openEngine = openWebRtc,
      makeSocket = (url) => new WebSocket(url),
      suite,
      refused,
    } = this.#parts;
    const { iceServers, bindAddress } = config;
    this.#engine = await openEngine({
      clock,
      iceServers: iceServers.map(({ urls, username, credential }) => ({
        urls,
        ...(username === undefined ? {} : { username }),
        ...(credential === undefined ? {} : { credential }),
      })),
      ...(bindAddress === undefined ? {} : { bindAddress }),
    });
    this.#session = await openSession({
      hearEveryMs,
      ...this.#parts,
      engine: this.#engine,
      makeSocket,
      suite: suite(),
      accept,
      refused: (src, error) => refused?.(src, error),
      tell: (sighting) => this.#sightings.tell(sighting),
      onChange: () => this.#update(),
    });
  }

  /** Waits while the first dials are under way, at most `openTimeoutMs`. Rejects with the signal's reason. */
  async #firstServer(signal: AbortSignal): Promise<void> {
    const { clock, config } = this.#parts;
    // Not `using`: the compiler's helper for it weighs 0.5 kB in a page.
    const patience = childAbort(signal);
    const timer = clock.timer(config.openTimeoutMs, () => patience.abort());
    try {
      while (this.state === "initializing" && !patience.signal.aborted)
        await this.#changes.wait(patience.signal).catch(() => undefined);
      signal.throwIfAborted();
    } finally {
      timer[Symbol.dispose]();
      patience[Symbol.dispose]();
    }
  }

  async #end(reason: string): Promise<void> {
    await this.#inTurn(async () => {
      const session = this.#session;
      const engine = this.#engine;
      this.#session = undefined;
      this.#engine = undefined;
      await session?.close(reason);
      await engine?.close();
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
}
