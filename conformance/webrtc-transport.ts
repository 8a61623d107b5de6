import {
  type Address,
  type Clock,
  type Connection,
  type RoadId,
  type SignalOptions,
  SwarmError,
  type Target,
  type Transport,
  type TransportState,
} from "@swarm-space/core";
import {
  type DataChannel,
  DataChannelConnection,
  Negotiation,
  openWebRtc,
  type PeerConnection,
  type WebRtcEngine,
} from "@swarm-space/webrtc-driver";

/** What travels by the signalling: a signal of one link, or that its dial was called off. */
export interface Envelope {
  readonly from: string;
  readonly to: string;
  readonly link: string;
  readonly signal: unknown;
}

/** Whatever carries envelopes between transports, in order. */
export interface Signals {
  readonly isUp: boolean;
  isThere(name: string): boolean;
  send(envelope: Envelope): void;
  /** Returns its undo. */
  join(name: string, hear: (envelope: Envelope) => void, onChange: () => void): () => void;
}

export interface WebrtcTransportParts {
  readonly name: string;
  readonly signals: Signals;
  readonly clock: Clock;
}

/** How long a link that came in may take to open, in milliseconds. */
const openWithinMs = 10_000;
const maxLinks = 256;

interface Link {
  readonly negotiation: Negotiation;
  end(): void;
}

/** The driver's connections under the least transport that there can be: what is tried with it is the driver. */
export class WebrtcTransport implements Transport {
  readonly id = "webrtc";
  state: TransportState = "idle";
  lastError: string | undefined;
  readonly #parts: WebrtcTransportParts;
  readonly #listeners = new Set<(state: TransportState) => void>();
  readonly #connections = new Set<Connection>();
  /** Between their first signal and their opening. */
  readonly #links = new Map<string, Link>();
  #engine: WebRtcEngine | undefined;
  #accept: ((connection: Connection) => void) | undefined;
  #leave: (() => void) | undefined;
  #session = new AbortController();
  #dials = 0;

  constructor(parts: WebrtcTransportParts) {
    this.#parts = parts;
  }

  async open(accept: (connection: Connection) => void, { signal }: SignalOptions): Promise<void> {
    signal.throwIfAborted();
    if (this.#session.signal.aborted || this.#engine !== undefined || this.state === "initializing")
      throw new SwarmError("TRANSPORT_OPEN_FAILED", "The transport is open, or opens, or closes");
    this.#set("initializing");
    const engine = await openWebRtc({ clock: this.#parts.clock, bindAddress: "127.0.0.1" });
    if (signal.aborted || this.#session.signal.aborted) {
      await engine.close();
      this.#set("idle");
      this.#session = new AbortController();
      throw signal.aborted ? signal.reason : new SwarmError("TRANSPORT_OPEN_FAILED", "The transport was closed");
    }
    this.#engine = engine;
    this.#accept = accept;
    const { name, signals } = this.#parts;
    const hear = (envelope: Envelope) => this.#hear(envelope);
    this.#leave = signals.join(name, hear, () => this.#update());
    this.#update();
  }

  async close(_o: SignalOptions): Promise<void> {
    const engine = this.#engine;
    if (engine === undefined) {
      if (this.state === "initializing") this.#session.abort();
      return;
    }
    this.#engine = undefined;
    this.#leave?.();
    this.#session.abort(new SwarmError("TRANSPORT_UNAVAILABLE", "The transport closes"));
    for (const link of this.#links.values()) link.end();
    await Promise.all([...this.#connections].map((connection) => connection.close("the transport closes")));
    await engine.close();
    this.#session = new AbortController();
    this.#set("idle");
  }

  roadsTo(target: Target): readonly RoadId[] {
    return this.#engine !== undefined && this.#addressOf(target) !== undefined ? ["direct"] : [];
  }

  async connect(target: Target, road: RoadId, { signal }: SignalOptions): Promise<Connection> {
    signal.throwIfAborted();
    const engine = this.#engine;
    const { name, signals } = this.#parts;
    const to = this.#addressOf(target)?.value;
    if (engine === undefined || !signals.isUp)
      throw new SwarmError("TRANSPORT_UNAVAILABLE", "The transport is not open, or its signalling is away");
    if (to === undefined || road !== "direct") throw new SwarmError("DIAL_FAILED", "There is no such road");
    if (!signals.isThere(to)) throw new SwarmError("PEER_ABSENT", "Nobody of this name is there");
    this.#dials += 1;
    const link = `${name} ${this.#dials}`;
    const peer = new (engine.wrtc("trickle").RTCPeerConnection)();
    const connection = this.#connectionOf(peer, peer.createDataChannel("frames"));
    const send = (value: unknown) => signals.send({ from: name, to, link, signal: value });
    const negotiation = new Negotiation(peer, send);
    this.#links.set(link, { negotiation, end: () => void connection.close("called off") });
    try {
      await negotiation.offer();
      await connection.opened({ signal: AbortSignal.any([signal, this.#session.signal]) });
      return this.#keep(connection);
    } catch (error) {
      peer.close();
      send({ type: "end" });
      throw error;
    } finally {
      negotiation.close();
      this.#links.delete(link);
    }
  }

  onState(listener: (state: TransportState) => void): () => void {
    const own = (state: TransportState) => listener(state);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  addresses(): readonly Address[] {
    const isReachable = this.#engine !== undefined && this.#parts.signals.isUp;
    return isReachable ? [{ transport: this.id, value: this.#parts.name, rendezvous: "signals" }] : [];
  }

  /** What comes may be anything. */
  #hear(envelope: Envelope): void {
    const { link, signal } = envelope;
    const isEnd = Object(signal).type === "end";
    if (!isEnd && Object(signal).type === "offer" && !this.#links.has(link)) this.#answer(envelope);
    const there = this.#links.get(link);
    if (isEnd) there?.end();
    else there?.negotiation.receive(signal).catch(() => there.end());
  }

  #answer({ from, link }: Envelope): void {
    const engine = this.#engine;
    const { name, signals, clock } = this.#parts;
    if (engine === undefined || this.#links.size >= maxLinks) return;
    const peer = new (engine.wrtc("trickle").RTCPeerConnection)();
    const negotiation = new Negotiation(peer, (value) => signals.send({ from: name, to: from, link, signal: value }));
    const control = new AbortController();
    const end = () => {
      control.abort(new SwarmError("DIAL_FAILED", "It did not open"));
      peer.close();
      over();
    };
    const timer = clock.timer(openWithinMs, end);
    const over = () => {
      timer[Symbol.dispose]();
      negotiation.close();
      this.#links.delete(link);
    };
    this.#links.set(link, { negotiation, end });
    const listening = { signal: control.signal };
    peer.addEventListener(
      "datachannel",
      (event) => {
        if (!("channel" in event)) return;
        const connection = this.#connectionOf(peer, event.channel as DataChannel);
        connection.opened(listening).then(() => {
          over();
          if (this.#engine !== engine) return void connection.close("the transport closes");
          this.#accept?.(this.#keep(connection));
        }, end);
      },
      listening,
    );
  }

  #connectionOf(peer: PeerConnection, channel: DataChannel): DataChannelConnection {
    const { clock } = this.#parts;
    return new DataChannelConnection({
      clock,
      peer,
      channel,
      transport: this.id,
      road: "direct",
      rendezvous: "signals",
    });
  }

  #keep(connection: Connection): Connection {
    this.#connections.add(connection);
    void connection.closed.then(() => {
      this.#connections.delete(connection);
      this.#update();
    });
    this.#update();
    return connection;
  }

  #addressOf({ addresses }: Target): Address | undefined {
    return addresses.find(({ transport }) => transport === this.id);
  }

  #update(): void {
    if (this.#engine === undefined) return;
    const { isUp } = this.#parts.signals;
    this.lastError = isUp ? undefined : "its signalling is away";
    this.#set(isUp ? (this.#connections.size > 0 ? "active" : "ready") : "degraded");
  }

  #set(state: TransportState): void {
    if (state === this.state) return;
    this.state = state;
    for (const listener of [...this.#listeners]) listener(state);
  }
}
