import {
  type Address,
  type ChildAbort,
  type Clock,
  type Connection,
  type CryptoSuite,
  childAbort,
  describeError,
  isPeerId,
  type Logger,
  oneAtATime,
  type Random,
  type RoadCapabilities,
  type RoadId,
  type Self,
  type SignalOptions,
  SwarmError,
  type Target,
  type Transport,
  type TransportState,
} from "@swarm-space/core";
import { StateTeller } from "@swarm-space/core/medium";
import { IdSource, type RelayPool } from "@swarm-space/gun-driver";
import { type HeardSignal, RelayTransport } from "@swarm-space/gun-driver/road";
import { directCapabilities, rtcOf, type WebRtcEngine, type WebRtcOptions } from "@swarm-space/webrtc-driver";
import type { IntegratedConfig } from "./config.ts";
import { DirectRoad } from "./direct/direct-road.ts";
import type { SimplePeerConstructor } from "./direct/simple-channel.ts";
import type { openRelaySide } from "./relay-side.ts";
import { allSignalSafeguards, type SignalSafeguards } from "./signalling/safeguards.ts";

export interface IntegratedTransportParts {
  readonly self: Self;
  readonly config: IntegratedConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly log?: Pick<Logger, "warn">;
  suite(): CryptoSuite | undefined;
  pool(): RelayPool;
  readonly openSide: typeof openRelaySide;
  readonly openEngine: (options: WebRtcOptions) => Promise<WebRtcEngine>;
  readonly loadSimplePeer: () => Promise<SimplePeerConstructor>;
  /** All unless a test switches one off. */
  readonly safeguards?: SignalSafeguards;
  /**
   * What came by signalling was refused.
   * @param remote the peer that it names, or the relay that brought it
   * @param isProven it is that peer's own doing
   */
  refused?(remote: string, error: SwarmError, isProven: boolean): void;
}

/** One transport with two roads: a relay at once, and a data channel that the same relays signal. */
export class IntegratedTransport implements Transport {
  readonly id = "integrated";
  /** The road by relays; it is the source of presence and the mailbox too. */
  readonly relay: RelayTransport;
  readonly #parts: IntegratedTransportParts;
  readonly #told = new StateTeller();
  /** Opens and closes one after the other. */
  readonly #inTurn = oneAtATime();
  #direct: DirectRoad | undefined;
  #engine: WebRtcEngine | undefined;
  #opening: ChildAbort | undefined;
  /** Why there is no road of data channels. */
  #withoutDirect: string | undefined;

  constructor(parts: IntegratedTransportParts) {
    this.#parts = parts;
    const { self, config, clock, random, suite, pool, openSide } = parts;
    this.relay = new RelayTransport({
      ...{ self, config, clock, random, suite, pool, openSide },
      id: this.id,
      source: "gun",
      relays: config.gunRelays,
      onSignal: (signal: HeardSignal) => this.#direct?.hear(signal),
    });
    this.relay.onState(() => this.#tell());
  }

  get state(): TransportState {
    const { state } = this.relay;
    const connections = this.#direct?.size ?? 0;
    if (state === "error" && connections > 0) return "degraded";
    if (state === "ready" && connections > 0) return "active";
    return this.#withoutDirect !== undefined && (state === "ready" || state === "active") ? "degraded" : state;
  }

  get lastError(): string | undefined {
    return this.relay.lastError ?? this.#withoutDirect;
  }

  onState(listener: (state: TransportState) => void): () => void {
    return this.#told.onState(listener);
  }

  /** Resolves with the first relay, or after `openTimeoutMs`: then the relays are dialled on, and `state` says so. */
  async open(accept: (connection: Connection) => void, { signal }: SignalOptions): Promise<void> {
    signal.throwIfAborted();
    await this.#inTurn(async () => {
      const opening = childAbort(signal);
      this.#opening = opening;
      try {
        await this.#begin(accept, opening.signal);
      } catch (error) {
        await this.#end("opening was called off");
        throw error;
      } finally {
        this.#opening = undefined;
        opening[Symbol.dispose]();
      }
    });
  }

  woke(): void {
    this.relay.woke();
  }

  async close(_o: SignalOptions): Promise<void> {
    this.#opening?.abort(new SwarmError("TRANSPORT_UNAVAILABLE", "The transport was closed while it opened"));
    await this.#inTurn(() => this.#end("the node stops"));
  }

  roadsTo(target: Target): readonly RoadId[] {
    if (this.relay.roadsTo(named(target)).length === 0) return [];
    return this.#parts.config.roads.filter((road) => road === "relay" || this.#direct !== undefined);
  }

  capabilitiesOf(target: Target, road: RoadId): RoadCapabilities {
    return road === "direct" ? directCapabilities : this.relay.capabilitiesOf(target, road);
  }

  async connect(target: Target, road: RoadId, o: SignalOptions): Promise<Connection> {
    o.signal.throwIfAborted();
    if (!this.relay.session) throw new SwarmError("TRANSPORT_UNAVAILABLE", "The integrated transport is not open");
    if (road === "direct" && this.#direct) return await this.#direct.connect(named(target), o);
    if (road === "relay") return await this.relay.connect(named(target), road, o);
    const why = road === "direct" ? this.#withoutDirect : undefined;
    throw new SwarmError("DIAL_FAILED", `There is no such road${why ? `: ${why}` : ""}`, { detail: { road } });
  }

  addresses(): readonly Address[] {
    return this.relay.addresses();
  }

  async #begin(accept: (connection: Connection) => void, signal: AbortSignal): Promise<void> {
    const isOpen = this.relay.session !== undefined;
    const [SimplePeer] = await Promise.all([
      isOpen ? undefined : this.#openDirect(),
      this.relay.open(accept, { signal }),
    ]);
    const { session } = this.relay;
    const { self, config, clock, random, suite, refused, safeguards = allSignalSafeguards } = this.#parts;
    const crypto = suite();
    if (!SimplePeer || !this.#engine || !session || !crypto) return this.#tell();
    this.#direct = new DirectRoad({
      ...{ self, config, clock, SimplePeer, accept, safeguards },
      ids: new IdSource(random),
      suite: crypto,
      road: session,
      engine: this.#engine,
      refused: (...told) => refused?.(...told),
      onCount: () => this.#tell(),
    });
    this.#tell();
  }

  /** Undefined: this platform has no WebRTC; the relay goes on without. */
  async #openDirect(): Promise<SimplePeerConstructor | undefined> {
    const { config, clock, log, openEngine, loadSimplePeer } = this.#parts;
    this.#withoutDirect = undefined;
    if (!config.roads.includes("direct")) return undefined;
    try {
      const [opened, SimplePeer] = await Promise.all([openEngine({ clock, log, ...rtcOf(config) }), loadSimplePeer()]);
      this.#engine = opened;
      return SimplePeer;
    } catch (error) {
      this.#withoutDirect = `no data channels: ${describeError(error)}`;
      return undefined;
    }
  }

  async #end(reason: string): Promise<void> {
    const [direct, engine] = [this.#direct, this.#engine];
    this.#direct = undefined;
    this.#engine = undefined;
    await direct?.close(reason);
    await this.relay.close({ signal: new AbortController().signal });
    await engine?.close();
    this.#tell();
  }

  #tell(): void {
    this.#told.set(this.state);
  }
}

/** A finder tells no more than a name: then the address is the peer's id. */
function named(target: Target): Target {
  const isName = ({ transport, value }: Address) => transport === "integrated" && isPeerId(value);
  const peer = target.peer ?? target.addresses.find(isName)?.value;
  return peer === undefined ? target : { peer, addresses: target.addresses.filter((address) => !isName(address)) };
}
