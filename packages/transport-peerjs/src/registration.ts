import {
  aborted,
  type Connection,
  deadline,
  orAborted,
  pause,
  type SignalOptions,
  type SwarmError,
} from "@swarm-space/core";
import { type DataChannel, DataChannelConnection } from "@swarm-space/webrtc-driver";
import type { PeerjsConfig } from "./config.ts";
import { Hearing } from "./hearing.ts";
import { linkRestart } from "./link-restart.ts";
import type { LinkRestarts } from "./link-restarts.ts";
import { type Negotiating, Negotiations } from "./negotiations.ts";
import { type Link, linkOptions, openPeerjs, type PeerjsParts, type PeerjsPeer } from "./peerjs.ts";
import { away, fromPeerjsError, signalInvalid } from "./peerjs-error.ts";
import { type Rubbish, readServerMessage, type ServerMessage } from "./server-message.ts";
import type { ServerAddress } from "./server-url.ts";

export interface RegistrationParts extends Omit<PeerjsParts, "read" | "gone" | "onChannel"> {
  readonly config: PeerjsConfig;
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

export type DialHooks = Required<Pick<Negotiating, "onAnswer" | "onFault" | "onRefusal">>;

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
    this.#negotiations = new Negotiations(parts);
    this.#hearing = new Hearing({
      ...parts,
      send: (message) => this.say(message),
      onEcho: () => this.#open.resolve(),
      onDeaf: () => this.#end(away(`${parts.server.url} is deaf`)),
    });
    try {
      this.#peer = this.#start();
    } catch (cause) {
      this.#end(away(`No socket to ${parts.server.url}`, cause));
    }
  }

  /** Why it is over. Undefined: it is not. */
  get why(): SwarmError | undefined {
    return this.#over.signal.reason;
  }

  /**
   * Resolves when the server took the id, and hears. Where it rejects, nothing is left. Called once, at once.
   * @throws SwarmError `PEERJS_ID_TAKEN`, `PEERJS_KEY_REFUSED`, `PEERJS_SERVER_REFUSED`, `TRANSPORT_UNAVAILABLE`; the signal's reason
   */
  async opened({ signal }: SignalOptions): Promise<void> {
    const { clock, config, server } = this.#parts;
    const late = () => away(`${server.url} does not greet, or is deaf`);
    const patience = deadline(signal, clock, config.serverTimeoutMs, late);
    try {
      await orAborted(this.#open.promise, patience.signal);
    } catch (error) {
      await this.close();
      throw error;
    } finally {
      patience[Symbol.dispose]();
    }
  }

  /**
   * Resolves with a connection that is open; of one that failed nothing is left.
   * @throws SwarmError `TRANSPORT_UNAVAILABLE`, `DIAL_FAILED`; the signal's reason
   */
  async dial(id: string, hooks: DialHooks, { signal }: SignalOptions): Promise<Connection> {
    if (this.why) throw unavailable(this.why);
    const link = this.#peer?.connect(id, linkOptions);
    if (!link) throw away("PeerJS makes no connection");
    // Where the server is deaf, its silence is not the peer's.
    this.#hearing.ask();
    this.#negotiations.add({ ...hooks, link });
    return await this.#opened(link, signal);
  }

  /** Where it is over: to nobody. */
  say(message: Readonly<Record<string, unknown>>): void {
    this.#peer?.socket.send(message);
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
      read: (text) => this.#read(text),
      gone: () => this.#gone.abort(),
      onChannel: (link, channel) => this.#onChannel(link, channel),
    });
    peer.on("open", () => this.#hearing.ask());
    peer.on("connection", (link) => this.#onOffered(link));
    peer.on("error", ({ type, message }) => {
      // The others are of one connection, and told there.
      if (type !== "webrtc" && type !== "peer-unavailable") this.#end(fromPeerjsError(type, message));
    });
    peer.on("disconnected", () => this.#end(fromPeerjsError("disconnected", "")));
    return peer;
  }

  #read(text: unknown): ServerMessage | undefined {
    if (this.why) return undefined;
    const reading = readServerMessage(text);
    if ("error" in reading) return this.#refuse(reading);
    const { message } = reading;
    return message && !this.#hearing.takes(message) && this.#negotiations.hears(message) ? message : undefined;
  }

  #refuse({ src, error }: Rubbish): undefined {
    if (src !== undefined) return void this.#negotiations.refuse(src, error);
    this.#parts.refused(this.server.url, error);
    this.#end(error);
  }

  #onOffered(link: Link): void {
    const drop = () => this.#negotiations.drop(link);
    const onRefusal = (error: unknown) => {
      if (this.#negotiations.has(link)) this.#negotiations.refuse(link.peer, signalInvalid("Not accepted", error));
    };
    this.#negotiations.add({ link, due: this.#parts.clock.timer(arrivalMs, drop), onFault: drop, onRefusal });
  }

  /** Of a dial the first comes before it is added. */
  #onChannel(link: Link, channel: DataChannel): void {
    if (!this.#negotiations.has(link)) return;
    if (channel !== link.channel)
      return this.#negotiations.refuse(link.peer, signalInvalid("A second channel of one connection"));
    // Its time runs since the offer: then it is dropped, and ends; its dialler is told by that.
    void this.#opened(link, this.#over.signal).then(this.#parts.accept, () => undefined);
  }

  /** PeerJS lets go of it once it is open, and it is dropped where nothing comes of it. */
  async #opened(link: Link, signal: AbortSignal): Promise<Connection> {
    const { peer: remote, peerConnection: peer, channel } = link;
    const { clock, engine, server, restarts, say } = this.#parts;
    const facts = { transport: "peerjs", road: "direct", rendezvous: server.url, remote };
    try {
      if (!peer || !channel) throw away("PeerJS makes no connection");
      const restart = linkRestart({ link, peer, engine, say });
      const connection = new DataChannelConnection({ clock, peer, channel, ...facts, restart: restart.negotiation });
      await connection.opened({ signal });
      if (!this.#negotiations.delete(link)) throw away("It is no longer wanted");
      link.release();
      restarts.begin(restart, connection);
      return connection;
    } catch (error) {
      this.#negotiations.drop(link);
      throw error;
    }
  }

  #end(why: SwarmError): void {
    if (this.why) return;
    this.#hearing.end();
    this.#over.abort(why);
    this.#open.reject(why);
    this.#negotiations.end(unavailable(why));
    if (this.#peer) this.#peer.destroy();
    else this.#gone.abort();
  }
}

/** A dial that did not come to its end because of the server, whatever ended that. */
function unavailable(cause: SwarmError): SwarmError {
  return away(`The PeerServer is away: ${cause.message}`, cause);
}
