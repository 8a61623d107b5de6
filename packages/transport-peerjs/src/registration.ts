import { type Clock, type Connection, type Random, type SignalOptions, SwarmError } from "@swarm-space/core";
import { DataChannelConnection, type WebRtcEngine } from "@swarm-space/webrtc-driver";
import type { PeerjsConfig } from "./config.ts";
import { Hearing } from "./hearing.ts";
import { type Negotiating, Negotiations } from "./negotiations.ts";
import { type Link, openPeerjs, type PeerjsPeer } from "./peerjs.ts";
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
const label = "swarm-space";

/** One id at one server, from its dial to its end; each has a PeerJS of its own. What was opened by it outlives it. */
export class Registration {
  readonly id: string;
  readonly server: ServerAddress;
  /** Settles once it is over, with why. */
  readonly ended: Promise<SwarmError>;
  readonly #parts: RegistrationParts;
  readonly #negotiations: Negotiations;
  readonly #hearing: Hearing;
  readonly #open = Promise.withResolvers<void>();
  readonly #gone = Promise.withResolvers<void>();
  readonly #over = new AbortController();
  readonly #settle: (why: SwarmError) => void;
  #peer: PeerjsPeer | undefined;
  #why: SwarmError | undefined;

  constructor(parts: RegistrationParts) {
    this.#parts = parts;
    this.id = parts.id;
    this.server = parts.server;
    const { promise, resolve } = Promise.withResolvers<SwarmError>();
    this.ended = promise;
    this.#settle = resolve;
    const { clock, config, hasRoom } = parts;
    this.#negotiations = new Negotiations({ clock, maxOffersPerSecond: config.maxOffersPerSecond, hasRoom });
    this.#hearing = new Hearing({
      clock,
      id: parts.id,
      timeoutMs: config.serverTimeoutMs,
      everyMs: parts.hearEveryMs,
      send: (message) => this.#peer?.socket.send(message),
      onEcho: () => this.#open.resolve(),
      onDeaf: () => this.#end(new SwarmError("TRANSPORT_UNAVAILABLE", `${parts.server.url} is deaf`)),
    });
    try {
      this.#peer = this.#start();
    } catch (cause) {
      this.#gone.resolve();
      this.#end(new SwarmError("TRANSPORT_UNAVAILABLE", `No socket to ${parts.server.url}`, { cause }));
    }
  }

  get isOver(): boolean {
    return this.#why !== undefined;
  }

  /**
   * Resolves when the server took the id, and hears.
   * @throws SwarmError `PEERJS_ID_TAKEN`, `PEERJS_KEY_REFUSED`, `PEERJS_SERVER_REFUSED`, `TRANSPORT_UNAVAILABLE`; the signal's reason
   */
  async opened({ signal }: SignalOptions): Promise<void> {
    const { clock, config, server } = this.#parts;
    const late = () => this.#end(new SwarmError("TRANSPORT_UNAVAILABLE", `${server.url} does not greet, or is deaf`));
    const timer = clock.timer(config.serverTimeoutMs, late);
    const aborted = Promise.withResolvers<void>();
    const onAbort = () => aborted.resolve();
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    try {
      await Promise.race([this.#open.promise, this.ended, aborted.promise]);
      signal.throwIfAborted();
      if (this.#why) throw this.#why;
    } finally {
      timer[Symbol.dispose]();
      signal.removeEventListener("abort", onAbort);
    }
  }

  /** @throws SwarmError `TRANSPORT_UNAVAILABLE` */
  dial(id: string, hooks: Pick<Negotiating, "onAnswer" | "onAbsent" | "onFault">): Dialled {
    if (this.#why) throw unavailable(this.#why);
    const link = this.#peer?.connect(id, { serialization: "raw", reliable: true, label });
    const { peerConnection: peer, channel } = link ?? {};
    if (!link || !peer || !channel) {
      link?.close();
      throw new SwarmError("TRANSPORT_UNAVAILABLE", "PeerJS makes no connection");
    }
    // Where the server is deaf, its silence is not the peer's.
    this.#hearing.ask();
    peer.onFault = hooks.onFault;
    this.#negotiations.add({ link, isDialled: true, hasAnswer: false, candidates: 0, ...hooks });
    const { clock, server } = this.#parts;
    const facts = { transport: "peerjs", road: "direct", rendezvous: server.url, remote: id };
    const connection = new DataChannelConnection({ clock, peer, channel, ...facts });
    return { connection, release: () => this.#release(link), close: () => this.#drop(link) };
  }

  /** This node slept, or its network is another: the server must show soon that it hears. */
  woke(): void {
    if (!this.#why) this.#hearing.woke();
  }

  /** Ends it; what it opened lives on. Resolves when its socket is gone, or its time is over. */
  async close(): Promise<void> {
    this.#end(new SwarmError("TRANSPORT_UNAVAILABLE", "The node gave its place up"));
    const late = Promise.withResolvers<void>();
    const timer = this.#parts.clock.timer(socketEndMs, late.resolve);
    await Promise.race([this.#gone.promise, late.promise]);
    timer[Symbol.dispose]();
  }

  #start(): PeerjsPeer {
    const { clock, random, engine, config, server, id, makeSocket } = this.#parts;
    const peer = openPeerjs({
      clock,
      random,
      engine,
      server,
      id,
      key: config.key,
      makeSocket,
      socketHooks: { read: (text) => this.#read(text), gone: () => this.#gone.resolve() },
      onChannel: (link, _channel, isFirst) => this.#onChannel(link, isFirst),
    });
    peer.on("open", () => this.#hearing.ask());
    peer.on("connection", (link) => this.#onOffered(link));
    peer.on("call", (call) => call.close());
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
    if (this.#why) return undefined;
    const reading = readServerMessage(text);
    if ("error" in reading) {
      this.#refuse(reading.by, reading.error);
      return undefined;
    }
    const { message } = reading;
    if (message && this.#hearing.takes(message)) return undefined;
    const refusal = message && this.#negotiations.refuse(message);
    if (refusal === undefined) return message;
    if (refusal !== "drop" && message && "src" in message) this.#refuse(message.src, refusal);
    return undefined;
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
      if (this.#why) return;
      this.#negotiations.mute(link.peer);
      this.#parts.refused(link.peer, SwarmError.is(error) ? error : new SwarmError("SIGNAL_INVALID", "Not accepted"));
    };
    const { peerConnection } = link;
    if (peerConnection) peerConnection.onFault = onFault;
    const never = () => {};
    const told = { onAnswer: never, onAbsent: never, onFault };
    this.#negotiations.add({ link, isDialled: false, hasAnswer: true, candidates: 0, due, ...told });
  }

  #onChannel(link: Link, isFirst: boolean): void {
    const negotiating = this.#negotiations.find(link);
    if (!isFirst) return negotiating?.onFault(new SwarmError("SIGNAL_INVALID", "A second channel of one connection"));
    if (negotiating && !negotiating.isDialled) void this.#receive(link);
  }

  async #receive(link: Link): Promise<void> {
    const { clock, server, accept } = this.#parts;
    const { peerConnection: peer, channel } = link;
    if (!peer || !channel) return this.#drop(link);
    const facts = { transport: "peerjs", road: "direct", rendezvous: server.url, remote: link.peer };
    const connection = new DataChannelConnection({ clock, peer, channel, ...facts });
    const late = new AbortController();
    const timer = clock.timer(arrivalMs, () => late.abort());
    try {
      await connection.opened({ signal: AbortSignal.any([late.signal, this.#over.signal]) });
    } catch {
      return this.#drop(link);
    } finally {
      timer[Symbol.dispose]();
    }
    if (this.#negotiations.find(link) === undefined) return void connection.close("no longer wanted");
    this.#release(link);
    accept(connection);
  }

  #release(link: Link): void {
    this.#negotiations.delete(link);
    link.release();
  }

  #drop(link: Link): void {
    const negotiating = this.#negotiations.find(link);
    if (negotiating?.link !== link) return;
    this.#negotiations.delete(link);
    link.close();
  }

  #end(why: SwarmError): void {
    if (this.#why) return;
    this.#why = why;
    this.#hearing.end();
    this.#over.abort(why);
    for (const { link, isDialled, onFault } of this.#negotiations.all()) {
      if (isDialled) onFault(unavailable(why));
      this.#drop(link);
    }
    if (this.#peer) this.#peer.destroy();
    else this.#gone.resolve();
    this.#settle(why);
  }
}

/** A dial that did not come to its end because of the server, whatever ended that. */
function unavailable(cause: SwarmError): SwarmError {
  return new SwarmError("TRANSPORT_UNAVAILABLE", `The PeerServer is away: ${cause.message}`, { cause });
}
