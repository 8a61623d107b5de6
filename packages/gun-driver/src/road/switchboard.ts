import { type Clock, type Connection, TokenBucket, type TransportId } from "@swarm-space/core";
import type { GunItem } from "../client.ts";
import type { IdSource } from "../id-source.ts";
import { fromBase64 } from "./base64.ts";
import type { Mail } from "./mail.ts";
import { decodePacket, encodePacket, type Packet } from "./packet.ts";
import type { RoadConfig } from "./road-options.ts";
import { inboxSoul } from "./topics.ts";
import { VirtualConnection } from "./virtual-connection.ts";

/** A dial that waits for its answer. */
export interface Dialing {
  onAccept(connection: VirtualConnection): void;
  onRefused(detail: string): void;
}

/** A dial of somebody else's that was answered and not yet confirmed. */
interface Embryo {
  readonly remoteId: string;
  readonly inbox: string;
}

/** What a relay brought of a meeting elsewhere: this road carries it, and reads nothing of it. */
export interface HeardSignal {
  /** Of the meeting; whoever began it chose it. */
  readonly id: string;
  readonly relay: string;
  /** Where it lay: an inbox of this session, or this peer's well-known place. */
  readonly soul: string;
  readonly body: Uint8Array;
}

export interface SwitchboardParts {
  readonly transport: TransportId;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly mail: Mail;
  readonly config: RoadConfig;
  /** The inbox that this node hears on a relay. */
  inboxOf(relay: string): string | undefined;
  accept(connection: Connection): void;
  onSignal?(signal: HeardSignal): void;
  onCount(): void;
}

const maxEmbryos = 64;

/** Sorts what arrives in this node's inboxes: to its connection, to its dial, or to a new connection. */
export class Switchboard {
  readonly #parts: SwitchboardParts;
  readonly #connections = new Map<string, VirtualConnection>();
  readonly #dialings = new Map<string, Dialing>();
  /** By our id, oldest first; the oldest gives way. */
  readonly #embryos = new Map<string, Embryo>();
  /** Our id by the dialler's, for a dial that is heard twice. */
  readonly #answered = new Map<string, string>();
  readonly #opens: TokenBucket;
  readonly #replies: TokenBucket;

  constructor(parts: SwitchboardParts) {
    this.#parts = parts;
    const perSecond = parts.config.maxOpensPerSecond;
    const opens = { perSecond, capacity: perSecond * 4 };
    this.#opens = new TokenBucket(opens, parts.clock.now());
    this.#replies = new TokenBucket(opens, parts.clock.now());
  }

  get size(): number {
    return this.#connections.size;
  }

  get full(): boolean {
    return this.#connections.size + this.#dialings.size >= this.#parts.config.maxConnections;
  }

  /** A dial begins; ends by the returned undo. */
  addDialing(id: string, dialing: Dialing): () => void {
    this.#dialings.set(id, dialing);
    return () => void this.#dialings.delete(id);
  }

  /** What arrived in an inbox. Whatever it is, nothing throws. */
  hear(item: GunItem): void {
    const bytes = item.value === null ? undefined : fromBase64(item.value);
    const packet = bytes && decodePacket(bytes);
    if (packet) this.#sort(packet, item);
  }

  linkDown(relay: string, why: string): void {
    for (const connection of [...this.#connections.values()]) {
      if (connection.rendezvous === relay) connection.linkDown(why);
    }
  }

  linkUp(relay: string): void {
    for (const connection of [...this.#connections.values()]) if (connection.rendezvous === relay) connection.linkUp();
  }

  /** Closes every connection in order. */
  async close(reason: string): Promise<void> {
    for (const connection of [...this.#connections.values()]) await connection.close(reason);
    for (const dialing of [...this.#dialings.values()]) dialing.onRefused(reason);
    this.#embryos.clear();
    this.#answered.clear();
  }

  #sort(packet: Packet, { relay, soul }: GunItem): void {
    if (packet.kind === "open") return this.#onOpen(packet.from, packet.inbox, relay);
    if (packet.kind === "accept") return this.#onAccept(packet, relay);
    if (packet.kind === "signal") return this.#parts.onSignal?.({ id: packet.to, relay, soul, body: packet.body });
    const connection = this.#connections.get(packet.to) ?? this.#hatch(packet.to, packet.kind, relay);
    if (packet.kind === "close") {
      this.#forget(packet.to);
      if (connection) connection.onClose(packet.detail);
      else this.#dialings.get(packet.to)?.onRefused(packet.detail);
    } else if (packet.kind === "data") connection?.onData(packet.sequence, packet.ack, packet.body);
    else connection?.onAck(packet.ack);
  }

  /** Somebody dials. Nothing stands until they confirm: a dial that was replayed leads to nothing. */
  #onOpen(remoteId: string, inbox: string, relay: string): void {
    const { clock, ids } = this.#parts;
    const own = this.#parts.inboxOf(relay);
    if (own === undefined || own === inbox || this.#dialings.has(remoteId) || !this.#opens.take(1, clock.now())) return;
    if (this.full) return this.#putOnce(relay, inbox, { kind: "close", to: remoteId, detail: "no room" });
    let from = this.#answered.get(remoteId);
    if (from === undefined) {
      from = ids.next();
      for (const oldest of this.#embryos.keys()) {
        if (this.#embryos.size < maxEmbryos) break;
        this.#forget(oldest);
      }
      this.#embryos.set(from, { remoteId, inbox });
      this.#answered.set(remoteId, from);
    }
    this.#putOnce(relay, inbox, { kind: "accept", to: remoteId, from, inbox: own });
  }

  #onAccept(packet: Extract<Packet, { kind: "accept" }>, relay: string): void {
    const dialing = this.#dialings.get(packet.to);
    if (dialing) {
      this.#dialings.delete(packet.to);
      const connection = this.#connect(packet.to, packet.from, packet.inbox, relay);
      connection.confirm();
      dialing.onAccept(connection);
      return;
    }
    const known = this.#connections.get(packet.to);
    if (known?.remoteId === packet.from) known.confirm();
    // Another instance of the peer, or an answer to a dial that was given up: it need not wait for us.
    else if (this.#replies.take(1, this.#parts.clock.now())) {
      this.#putOnce(relay, packet.inbox, { kind: "close", to: packet.from, detail: "not needed" });
    }
  }

  /** A confirmed embryo becomes a connection, on the relay that brought the confirmation. */
  #hatch(localId: string, kind: Packet["kind"], relay: string): VirtualConnection | undefined {
    const embryo = kind === "close" ? undefined : this.#embryos.get(localId);
    if (!embryo) return undefined;
    this.#embryos.delete(localId);
    const connection = this.#connect(localId, embryo.remoteId, embryo.inbox, relay);
    this.#parts.accept(connection);
    return connection;
  }

  #forget(localId: string): void {
    const embryo = this.#embryos.get(localId);
    if (!embryo) return;
    this.#embryos.delete(localId);
    this.#answered.delete(embryo.remoteId);
  }

  #connect(localId: string, remoteId: string, inbox: string, relay: string): VirtualConnection {
    const { clock, config, mail, transport } = this.#parts;
    const carrier = mail.carrier(relay, inbox, () => {
      this.#connections.delete(localId);
      this.#answered.delete(remoteId);
      this.#parts.onCount();
    });
    const connection = new VirtualConnection({ ...config, transport, clock, carrier, remoteId });
    this.#connections.set(localId, connection);
    this.#parts.onCount();
    return connection;
  }

  #putOnce(relay: string, inbox: string, packet: Packet): void {
    this.#parts.mail.putOnce(relay, inboxSoul(inbox), encodePacket(packet));
  }
}
