import { describeError, SwarmError } from "../errors/index.ts";
import type {
  Address,
  Announcement,
  Clock,
  Connection,
  DiscoverySource,
  PeerId,
  Random,
  RoadCapabilities,
  Sighting,
  SignalOptions,
  Target,
  Transport,
  TransportState,
} from "../ports/index.ts";
import { isPeerId } from "../security/peer-id.ts";
import { aborted } from "../system/pause.ts";
import { decodeLinkMessage, encodeLinkMessage, type LinkMessage, type LinkName } from "./link-message.ts";
import type { Medium, OpenMedium } from "./medium.ts";
import { MediumConnection, mediumRoad } from "./medium-connection.ts";
import { Sightings } from "./sightings.ts";
import { StateTeller } from "./state-teller.ts";

export interface MediumTransportOptions {
  /** From `setup`, as the three below. */
  readonly clock: Clock;
  readonly random: Random;
  /** A dial that nobody answered is given up after so many milliseconds. Default 3,000. */
  readonly dialTimeoutMs?: number;
  /** Links at once, those that are being dialled included. Default 256. */
  readonly maxLinks?: number;
}

/** Taken: the connection. Else why not. */
type Answer = (outcome: MediumConnection | SwarmError) => void;

/**
 * A whole transport, and a discovery source where the medium can `shout`, made of a medium that brings messages.
 * What it says is in `link-message.ts`.
 */
export class MediumTransport implements Transport, DiscoverySource {
  readonly id: string;
  readonly #medium: Medium;
  readonly #o: Required<MediumTransportOptions>;
  readonly #links = new Map<string, MediumConnection>();
  readonly #dials = new Map<string, Answer>();
  readonly #told = new StateTeller();
  readonly #sightings = new Sightings();
  #open: OpenMedium | undefined;
  #isOpening = false;
  #accept: ((connection: Connection) => void) | undefined;
  #announced: PeerId | undefined;

  constructor(medium: Medium, o: MediumTransportOptions) {
    this.id = medium.id;
    this.#medium = medium;
    this.#o = { dialTimeoutMs: 3_000, maxLinks: 256, ...o };
  }

  get state(): TransportState {
    return this.#told.state;
  }

  async open(accept: (connection: Connection) => void, { signal }: SignalOptions): Promise<void> {
    signal.throwIfAborted();
    if (this.#open !== undefined || this.#isOpening)
      throw new SwarmError("TRANSPORT_OPEN_FAILED", `${this.id} is open`);
    this.#isOpening = true;
    this.#told.set("initializing");
    try {
      const ears = { hear: this.#hear.bind(this), lost: this.#lose.bind(this) };
      const open = await this.#medium.open(ears, { signal });
      if (signal.aborted) await open.close();
      signal.throwIfAborted();
      this.#open = open;
      this.#accept = accept;
    } catch (error) {
      this.#told.set("idle");
      if (signal.aborted) throw signal.reason;
      throw new SwarmError("TRANSPORT_OPEN_FAILED", `${this.id}: ${describeError(error)}`, { cause: error });
    } finally {
      this.#isOpening = false;
    }
    this.#told.set("ready");
  }

  roadsTo(target: Target): readonly string[] {
    return this.#open !== undefined && this.#nameIn(target) !== undefined ? [mediumRoad] : [];
  }

  capabilitiesOf(): RoadCapabilities {
    return this.#medium.capabilities;
  }

  async connect(target: Target, road: string, { signal }: SignalOptions): Promise<Connection> {
    signal.throwIfAborted();
    const name = this.#nameIn(target);
    if (this.#open === undefined) throw new SwarmError("TRANSPORT_UNAVAILABLE", `${this.id} is not open`);
    if (road !== mediumRoad || name === undefined) throw new SwarmError("DIAL_FAILED", `${this.id} has no such road`);
    if (this.#links.size + this.#dials.size >= this.#o.maxLinks)
      throw new SwarmError("DIAL_FAILED", `${this.id} has ${this.#o.maxLinks} links already`);
    const { buffer } = Uint8Array.from(this.#o.random.bytes(8));
    const link = { number: new DataView(buffer).getBigUint64(0), byDialler: true };
    return this.#dial(name, link, signal);
  }

  async close(): Promise<void> {
    const open = this.#open;
    if (open === undefined) return;
    for (const answer of [...this.#dials.values()])
      answer(new SwarmError("TRANSPORT_UNAVAILABLE", `${this.id} closes`));
    await Promise.all([...this.#links.values()].map((connection) => connection.close("the transport closes")));
    this.#open = undefined;
    this.#accept = undefined;
    await open.close();
    this.#told.set("idle");
  }

  onState(listener: (state: TransportState) => void): () => void {
    return this.#told.onState(listener);
  }

  addresses(): readonly Address[] {
    return this.#open ? [{ transport: this.id, value: this.#open.name }] : [];
  }

  async *discover({ signal }: SignalOptions): AsyncGenerator<Sighting> {
    yield* this.#sightings.watch(signal, () => {
      this.#shout({ kind: "look" });
      return undefined;
    });
  }

  async announce(self: Announcement, { signal }: SignalOptions): Promise<void> {
    if (signal.aborted) return;
    this.#announced = self.peer;
    this.#shout({ kind: "here", peer: self.peer });
    await aborted(signal);
    this.#announced = undefined;
  }

  #nameIn({ addresses }: Target): string | undefined {
    return addresses.find(({ transport, value }) => transport === this.id && value !== "")?.value;
  }

  async #dial(name: string, link: LinkName, signal: AbortSignal): Promise<Connection> {
    const key = keyOf(name, link);
    const { promise, resolve, reject } = Promise.withResolvers<MediumConnection>();
    const giveUp = (reason: unknown) => {
      if (this.#dials.delete(key)) this.#tell(name, { kind: "close", link, detail: "called off" });
      reject(reason);
    };
    const abort = () => giveUp(signal.reason);
    const silence = new SwarmError("DIAL_FAILED", `${name} did not answer in ${this.#o.dialTimeoutMs} ms`);
    const timer = this.#o.clock.timer(this.#o.dialTimeoutMs, () => giveUp(silence));
    signal.addEventListener("abort", abort, { once: true });
    this.#dials.set(key, (outcome) => (outcome instanceof MediumConnection ? resolve(outcome) : reject(outcome)));
    try {
      this.#say(name, { kind: "dial", link });
      const connection = await promise;
      if (signal.aborted) await connection.close("called off");
      signal.throwIfAborted();
      return connection;
    } finally {
      this.#dials.delete(key);
      timer[Symbol.dispose]();
      signal.removeEventListener("abort", abort);
    }
  }

  #keep(name: string, link: LinkName): MediumConnection {
    const key = keyOf(name, link);
    const connection = new MediumConnection({
      transport: this.id,
      capabilities: this.#medium.capabilities,
      remote: name,
      link,
      clock: this.#o.clock,
      say: (message) => this.#say(name, message),
    });
    this.#links.set(key, connection);
    void connection.closed.then(() => this.#links.delete(key));
    return connection;
  }

  #hear(bytes: Uint8Array, from: string): void {
    const message = decodeLinkMessage(bytes);
    if (message === undefined || this.#open === undefined || from === this.#open.name) return;
    if (message.kind === "look" || message.kind === "here") return this.#meet(message, from);
    // Who speaks as the dialler is heard by the acceptor.
    const link = { number: message.link.number, byDialler: !message.link.byDialler };
    const key = keyOf(from, link);
    const connection = this.#links.get(key);
    switch (message.kind) {
      case "dial":
        return connection === undefined && !link.byDialler ? this.#admit(from, link) : undefined;
      case "take":
        return this.#taken(key, from, link);
      case "frame":
        return connection?.receive(message.frame);
      case "credit":
        return connection?.credit(message.bytes);
      case "close":
        connection?.end({ by: "remote", detail: message.detail });
        this.#dials.get(key)?.(new SwarmError("DIAL_FAILED", `${from} refused: ${message.detail}`));
    }
  }

  /** The link stands before the next message is heard: it may carry a frame already. */
  #taken(key: string, from: string, link: LinkName): void {
    const answer = this.#dials.get(key);
    this.#dials.delete(key);
    if (answer !== undefined) answer(this.#keep(from, link));
  }

  #admit(from: string, link: LinkName): void {
    if (this.#links.size + this.#dials.size >= this.#o.maxLinks)
      return this.#tell(from, { kind: "close", link, detail: "too many links" });
    const connection = this.#keep(from, link);
    this.#tell(from, { kind: "take", link });
    this.#accept?.(connection);
  }

  #meet(message: LinkMessage & { kind: "look" | "here" }, from: string): void {
    if (message.kind === "look" && this.#announced !== undefined)
      this.#tell(from, { kind: "here", peer: this.#announced });
    if (message.kind !== "here" || !isPeerId(message.peer)) return;
    this.#sightings.tell({ peer: message.peer, addresses: [{ transport: this.id, value: from }], source: this.id });
  }

  #lose(name: string): void {
    for (const connection of [...this.#links.values()])
      if (connection.remote === name) connection.end({ by: "lost", detail: `${this.id} lost ${name}` });
    const absent = new SwarmError("PEER_ABSENT", `nobody listens at ${name}`);
    for (const [key, answer] of [...this.#dials]) if (key.endsWith(`@${name}`)) answer(absent);
  }

  #say(name: string, message: LinkMessage): void {
    try {
      if (this.#open === undefined) throw new SwarmError("TRANSPORT_UNAVAILABLE", `${this.id} is not open`);
      this.#open.say(name, encodeLinkMessage(message));
    } catch (error) {
      if (SwarmError.is(error)) throw error;
      throw new SwarmError("PEER_ABSENT", `${this.id} cannot reach ${name}: ${describeError(error)}`, { cause: error });
    }
  }

  /** Says what nobody waits for. */
  #tell(name: string, message: LinkMessage): void {
    try {
      this.#say(name, message);
    } catch {
      this.#lose(name);
    }
  }

  #shout(message: LinkMessage): void {
    this.#open?.shout?.(encodeLinkMessage(message));
  }
}

function keyOf(name: string, { number, byDialler }: LinkName): string {
  return `${byDialler ? "out" : "in"}:${number}@${name}`;
}
