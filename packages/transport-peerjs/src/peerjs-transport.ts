import {
  type Address,
  type Clock,
  type Connection,
  type CryptoSuite,
  type DiscoverySource,
  type Logger,
  type Random,
  type RoadCapabilities,
  type RoadId,
  type Sighting,
  type SignalOptions,
  SwarmError,
  type Target,
  type Transport,
} from "@swarm-space/core";
import { SessionTransport, Sightings } from "@swarm-space/core/medium";
import {
  directCapabilities,
  openWebRtc,
  rtcOf,
  type WebRtcEngine,
  type WebRtcOptions,
} from "@swarm-space/webrtc-driver";
import type { PeerjsConfig } from "./config.ts";
import { peerjsAddress, rendezvousIds } from "./peerjs-id.ts";
import type { MakeSocket } from "./peerjs-socket.ts";
import { Session } from "./session.ts";

export interface PeerjsTransportParts {
  readonly self: { readonly id: string; readonly network: string };
  readonly config: PeerjsConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Pick<Logger, "warn"> | undefined;
  /** Undefined: WebCrypto hashes. */
  suite(): CryptoSuite | undefined;
  /** What came by signalling was refused. @param src PeerJS id of who sent it, or the server's URL */
  refused(src: string, error: SwarmError): void;
  /** The platform's own unless given. */
  readonly makeSocket?: MakeSocket;
  readonly openEngine?: (options: WebRtcOptions) => Promise<WebRtcEngine>;
  /** How often a server is asked whether it hears, in milliseconds; `hearEveryMs` unless a test says otherwise. */
  readonly hearEveryMs?: number;
}

/** A path that died while nothing was said is found within a minute and the server's time to answer, in milliseconds. */
const hearEveryMs = 60_000;

/** WebRTC by PeerJS signalling, and discovery by its servers. Each `open` makes a new session. */
export class PeerjsTransport extends SessionTransport<Session> implements Transport, DiscoverySource {
  readonly id = "peerjs";
  readonly #parts: PeerjsTransportParts;
  readonly #sightings = new Sightings();

  constructor(parts: PeerjsTransportParts) {
    super(parts.clock, parts.config.openTimeoutMs);
    this.#parts = parts;
  }

  /** This node slept. */
  woke(): void {
    this.session?.woke();
  }

  roadsTo(target: Target): readonly RoadId[] {
    return this.session?.hasServers && peerjsAddress(target) ? ["direct"] : [];
  }

  /** As it is where no TURN server carries the bytes. */
  capabilitiesOf(_target: Target, _road: RoadId): RoadCapabilities {
    return directCapabilities;
  }

  async connect(target: Target, road: RoadId, { signal }: SignalOptions): Promise<Connection> {
    signal.throwIfAborted();
    const session = this.live;
    if (road !== "direct") throw new SwarmError("DIAL_FAILED", "PeerJS has no such road", { detail: { road } });
    return await session.connect(target, { signal });
  }

  addresses(): readonly Address[] {
    return this.session?.addresses() ?? [];
  }

  async *discover({ signal }: SignalOptions): AsyncGenerator<Sighting, void> {
    this.session?.look();
    yield* this.#sightings.watch(signal);
  }

  protected async begin(accept: (connection: Connection) => void): Promise<Session> {
    const { self, clock, config, log, openEngine = openWebRtc, suite } = this.#parts;
    return new Session({
      makeSocket: (url: string) => new WebSocket(url),
      hearEveryMs,
      ...this.#parts,
      ids: await rendezvousIds(self.network, config.rendezvous.slots, suite()),
      engine: await openEngine({ clock, log, ...rtcOf(config) }),
      accept,
      tell: (sighting: Sighting) => this.#sightings.tell(sighting),
      onChange: () => this.tell(),
    });
  }
}
