import {
  aborted,
  type Clock,
  type Connection,
  deadline,
  pause,
  type Random,
  type SignalOptions,
  SwarmError,
} from "@swarm-space/core";
import { DataChannelConnection, type WebRtcEngine } from "@swarm-space/webrtc-driver";
import type { PeerjsConfig } from "./config.ts";
import { Hearing } from "./hearing.ts";
import { LinkRestart } from "./link-restart.ts";
import type { LinkRestarts } from "./link-restarts.ts";
import { type Negotiating, Negotiations } from "./negotiations.ts";
import { type Link, linkOptions, openPeerjs, type PeerjsPeer } from "./peerjs.ts";
import { fromPeerjsError } from "./peerjs-error.ts";
import type { MakeSocket } from "./peerjs-socket.ts";
import { readServerMessage, type ServerMessage } from "./server-message.ts";
import type { ServerAddress } from "./server-url.ts";

export interface RegistrationParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly engine: WebRtcEngine;
  readonly config: PeerjsConfig;
  readonly makeSocket: MakeSocket;
  readonly server: ServerAddress;
  readonly id: string;
  /** How often the server is asked whether it hears, in milliseconds. */
  readonly hearEveryMs: number;
  /** Of every registration. */
  readonly restarts: LinkRestarts;
  /** Says something by the place that this node has at the server by then; where it has none, to nobody. */
  say(message: Readonly<Record<string, unknown>>): void;
  hasRoom(): boolean;
  /** A connection that somebody dialled is open. */
  accept(connection: Connection): void;
  /** What came by signalling was refused. @param src PeerJS id of who sent it, or the server's URL */
  refused(src: string, error: SwarmError): void;
}

/** A dial's peer connection and channel, not yet open. */
export interface Dialled {
  readonly connection: DataChannelConnection;
  /** It is open, and the dial's. */
  release(): void;
  close(): void;
}

/** How long one that was offered may take to open. */
const arrivalMs = 10_000;
/** How long a socket may take to its orderly end. */
const socketEndMs = 1_000;

/** One id at one server, from its dial to its end; each has a PeerJS of its own. What was opened by it outlives it. */
export class Registration {
  readonly id: string;
  readonly server: ServerAddress;
  /** Resolves once it is over. */
  readonly ended: Promise<void>;
  readonly #parts: RegistrationParts;
  readonly #negotiations: Negotiations;
  readonly #hearing: Hearing;
  readonly #open = Promise.withResolvers<void>();
  readonly #gone = new AbortController();
  readonly #over = new AbortController();
  #peer: PeerjsPeer | undefined;

  constructor(parts: RegistrationParts) {
    this.#parts = parts;
    this.id = parts.id;
    this.server = parts.server;
    this.ended = aborted(this.#over.signal);
    const { clock, config, hasRoom } = parts;
    this.#negotiations = new Negotiations({ clock, maxOffersPerSecond: config.maxOffersPerSecond, hasRoom });
    this.#hearing = new Hearing({
      clock,
      id: parts.id,
      timeoutMs: config.serverTimeoutMs,
      everyMs: parts.hearEveryMs,
      send: (message) => this.say(message),
      onEcho: () => this.#open.resolve(),
      onDeaf: () => this.#end(away(`${parts.server.url} is deaf`)),
    });
    try {
      this.#peer = this.#start();
    } catch (cause) {
      this.#gone.abort();
      this.#end(away(`No socket to ${parts.server.url}`, cause));
    }
  }

  /** Why it is over. Undefined: it is not. */
  get why(): SwarmError | undefined {
    return this.#over.signal.reason;
  }

  /**
   * Resolves when the server took the id, and hears.
   * @throws SwarmError `PEERJS_ID_TAKEN`, `PEERJS_KEY_REFUSED`, `PEERJS_SERVER_REFUSED`, `TRANSPORT_UNAVAILABLE`; the signal's reason
   */
  async opened({ signal }: SignalOptions): Promise<void> {
    const { clock, config, server } = this.#parts;
    const patience = deadline(signal, clock, config.serverTimeoutMs);
    await Promise.race([this.#open.promise, this.ended, aborted(patience.signal)]);
    patience[Symbol.dispose]();
    signal.throwIfAborted();
    if (patience.signal.aborted) this.#end(away(`${server.url} does not greet, or is deaf`));
    if (this.why) throw this.why;
  }

  /** @throws SwarmError `TRANSPORT_UNAVAILABLE` */
  dial(id: string, hooks: Required<Pick<Negotiating, "onAnswer" | "onAbsent" | "onFault">>): Dialled {
    if (this.why) throw unavailable(this.why);
    const link = this.#peer?.connect(id, linkOptions);
    const made = link && this.#connectionOf(link, true);
    if (!link?.peerConnection || !made) {
      link?.close();
      throw away("PeerJS makes no connection");
    }
    // Where the server is deaf, its silence is not the peer's.
    this.#hearing.ask();
    link.peerConnection.onFault = hooks.onFault;
    this.#negotiations.add({ link, isDialled: true, hasAnswer: false, candidates: 0, ...hooks });
    return { ...made, close: () => this.#drop(link) };
  }

  /** Where it is over: to nobody. */
  say(message: Readonly<Record<string, unknown>>): void {
    if (!this.why) this.#peer?.socket.send(message);
  }

  /** This node slept, or its network is another: the server must show soon that it hears. */
  woke(): void {
    if (!this.why) this.#hearing.woke();
  }

  /** Ends it; what it opened lives on. Resolves when its socket is gone, or its time is over. */
  async close(): Promise<void> {
    this.#end(away("This node left"));
    await pause(this.#parts.clock, socketEndMs, this.#gone.signal);
  }

  #start(): PeerjsPeer {
    const peer = openPeerjs({
      ...this.#parts,
      key: this.#parts.config.key,
      socketHooks: { read: (text) => this.#read(text), gone: () => this.#gone.abort() },
      onChannel: (link, _channel, isFirst) => this.#onChannel(link, isFirst),
    });
    peer.on("open", () => this.#hearing.ask());
    peer.on("connection", (link) => this.#onOffered(link));
    peer.on("error", ({ type, message }) => {
      // The others are of one connection, and told there.
      if (type !== "webrtc" && type !== "peer-unavailable") this.#end(fromPeerjsError(type, message));
    });
    const lost = () => this.#end(fromPeerjsError("disconnected", ""));
    peer.on("disconnected", lost);
    peer.on("close", lost);
    return peer;
  }

  #read(text: unknown): ServerMessage | undefined {
    if (this.why) return undefined;
    const reading = readServerMessage(text);
    if ("error" in reading) {
      this.#refuse(reading.by, reading.error);
      return undefined;
    }
    const { message } = reading;
    if (message && this.#hearing.takes(message)) return undefined;
    if (message && this.#takesRestart(message)) return undefined;
    const refusal = message && this.#negotiations.refuse(message);
    if (refusal === undefined) return message;
    if (refusal !== "drop" && message && "src" in message) this.#refuse(message.src, refusal);
    return undefined;
  }

  #takesRestart(message: ServerMessage): boolean {
    return this.#parts.restarts.takes(message, (error) => "src" in message && this.#refuse(message.src, error));
  }

  #refuse(by: string, error: SwarmError): void {
    const { server, refused } = this.#parts;
    if (by === "server") {
      refused(server.url, error);
      return this.#end(error);
    }
    this.#negotiations.mute(by);
    refused(by, error);
    for (const each of this.#negotiations.all()) if (each.link.peer === by) each.onFault(error);
  }

  #onOffered(link: Link): void {
    const { clock } = this.#parts;
    const due = clock.timer(arrivalMs, () => this.#drop(link));
    const onFault = (error: unknown) => {
      this.#drop(link);
      if (this.why) return;
      this.#negotiations.mute(link.peer);
      this.#parts.refused(link.peer, SwarmError.is(error) ? error : new SwarmError("SIGNAL_INVALID", "Not accepted"));
    };
    const { peerConnection } = link;
    if (peerConnection) peerConnection.onFault = onFault;
    this.#negotiations.add({ link, isDialled: false, hasAnswer: true, candidates: 0, due, onFault });
  }

  #onChannel(link: Link, isFirst: boolean): void {
    const negotiating = this.#negotiations.find(link);
    if (!isFirst) return negotiating?.onFault(new SwarmError("SIGNAL_INVALID", "A second channel of one connection"));
    if (negotiating && !negotiating.isDialled) void this.#receive(link);
  }

  async #receive(link: Link): Promise<void> {
    const made = this.#connectionOf(link, false);
    if (!made) return this.#drop(link);
    const { connection, release } = made;
    try {
      // Its time runs since the offer: then it is dropped, and ends.
      await connection.opened({ signal: this.#over.signal });
    } catch {
      return this.#drop(link);
    }
    if (this.#negotiations.find(link) === undefined) return void connection.close("no longer wanted");
    release();
    this.#parts.accept(connection);
  }

  #connectionOf(link: Link, offers: boolean): Pick<Dialled, "connection" | "release"> | undefined {
    const { peer: remote, peerConnection: peer, channel } = link;
    if (!peer || !channel) return undefined;
    const { clock, engine, server, restarts, say } = this.#parts;
    const facts = { transport: "peerjs", road: "direct", rendezvous: server.url, remote };
    const restart = new LinkRestart({ link, peer, engine, offers, say });
    const connection = new DataChannelConnection({ clock, peer, channel, ...facts, restart });
    const release = () => {
      this.#negotiations.delete(link);
      link.release();
      restarts.begin(restart, connection);
    };
    return { connection, release };
  }

  #drop(link: Link): void {
    const negotiating = this.#negotiations.find(link);
    if (negotiating?.link !== link) return;
    this.#negotiations.delete(link);
    link.close();
  }

  #end(why: SwarmError): void {
    if (this.why) return;
    this.#hearing.end();
    this.#over.abort(why);
    for (const { link, isDialled, onFault } of this.#negotiations.all()) {
      if (isDialled) onFault(unavailable(why));
      this.#drop(link);
    }
    if (this.#peer) this.#peer.destroy();
    else this.#gone.abort();
  }
}

/** A dial that did not come to its end because of the server, whatever ended that. */
function unavailable(cause: SwarmError): SwarmError {
  return away(`The PeerServer is away: ${cause.message}`, cause);
}

function away(what: string, cause?: unknown): SwarmError {
  return new SwarmError("TRANSPORT_UNAVAILABLE", what, { cause });
}
