import type {
  Address,
  Announcement,
  Clock,
  Connection,
  Random,
  Sighting,
  Target,
  TransportId,
} from "@swarm-space/core";
import type { TransportSession } from "@swarm-space/core/medium";
import type { GunClient, RelayStatus } from "../client.ts";
import { IdSource } from "../id-source.ts";
import type { RelayPool } from "../relay-pool.ts";
import { normalizeRelayUrl } from "../relay-url.ts";
import { SeenSet } from "../seen-set.ts";
import type { Dial } from "../socket.ts";
import { Collection, rememberedDone, type TakeLetter } from "./collection.ts";
import { type Deposit, deposit } from "./deposit.ts";
import { dial, type Way, type Ways, waysTo } from "./dial.ts";
import { conditionOf } from "./link-state.ts";
import { Mail } from "./mail.ts";
import { encodePacket } from "./packet.ts";
import { Presence } from "./presence.ts";
import type { RoadConfig } from "./road-options.ts";
import { watchPresence } from "./sightings.ts";
import { type HeardSignal, Switchboard } from "./switchboard.ts";
import { inboxSoul, type Topics } from "./topics.ts";

/** How this platform reaches relays, and the relay that this node runs itself. */
export interface RelaySide {
  /** Undefined: the environment's own WebSocket. */
  readonly dial: Dial | undefined;
  /** The own relay, by the URL that others know. */
  readonly dialOf: ReadonlyMap<string, Dial>;
  close(): Promise<void>;
}

export interface SessionParts {
  readonly transport: TransportId;
  readonly self: { readonly id: string };
  readonly relays: readonly string[];
  readonly config: RoadConfig;
  readonly pool: RelayPool;
  /** Rejects when this node's relay cannot be served. */
  openSide(): Promise<RelaySide>;
  readonly clock: Clock;
  readonly random: Random;
  readonly topics: Topics;
  /** Id of the discovery source. */
  readonly source: string;
  accept(connection: Connection): void;
  /** Something came of a meeting elsewhere. */
  onSignal?(signal: HeardSignal): void;
  /** Relays or connections came or went. */
  onChange(): void;
}

/** All that stands between `open` and `close`. */
export interface Session extends TransportSession {
  /** How many relays it dials. */
  readonly relays: number;
  addresses(): readonly Address[];
  connect(target: Target, signal: AbortSignal): Promise<Connection>;
  announce(announcement: Announcement): () => void;
  watch(signal: AbortSignal): AsyncGenerator<Sighting, void>;
  deposit(what: Deposit, signal: AbortSignal): Promise<void>;
  /** Gives what lies in this node's mailbox until the returned undo. */
  collect(take: TakeLetter): () => void;
  /** Where a meeting elsewhere can be proposed. @throws SwarmError `PEER_ABSENT`, `TRANSPORT_UNAVAILABLE` */
  waysTo(target: Target): Promise<Ways>;
  /** The inbox in which this node hears on a relay. */
  inboxOf(relay: string): string | undefined;
  /** Puts a signal of a meeting elsewhere. Returns what deletes it at the relay; undefined: the relay is away. */
  signal(way: Way, id: string, body: Uint8Array): (() => void) | undefined;
  onRelay(listener: (status: RelayStatus) => void): () => void;
  isUp(relay: string): boolean;
  /** This node slept: its relays must show that they are there, and its record of presence may have run out. */
  woke(): void;
}

/** Keys remembered of each soul, so that each is heard once: what repeats later than that is dropped by its number, or tells nothing new. */
const seenKeys = 512;

/** Brings links, inboxes and presence up. Rejects when the relay of this node cannot be served. */
export async function openSession(parts: SessionParts): Promise<Session> {
  const { transport, config, clock, random, topics } = parts;
  const node = await parts.openSide();
  const ids = new IdSource(random);
  const client = parts.pool.client({
    relays: [...node.dialOf.keys(), ...parts.relays],
    clock,
    random,
    dialOf: node.dialOf,
    ...(node.dial ? { dial: node.dial } : {}),
    seenKeys,
    backoff: { baseMs: config.linkBackoffBaseMs, capMs: config.linkBackoffCapMs },
  });
  const inboxes = new Map(client.relays().map(({ url }) => [url, ids.next() + ids.next()]));
  const inboxOf = (relay: string) => inboxes.get(relay);
  const mail = new Mail(client, clock, ids);
  const switchboard = new Switchboard({
    transport,
    clock,
    ids,
    mail,
    config,
    inboxOf,
    accept: (connection) => parts.accept(connection),
    onSignal: (signal) => parts.onSignal?.(signal),
    onCount: () => parts.onChange(),
  });
  const addresses = () => addressesOf(transport, client, inboxOf);
  const presence = new Presence({ transport, self: parts.self.id, clock, ids, client, topics, config, addresses });
  const wellKnown = await topics.wellKnown(parts.self.id);
  const mailbox = await topics.mailboxOf(parts.self.id);
  for (const [url, inbox] of inboxes) client.subscribe(inboxSoul(inbox), (item) => switchboard.hear(item), url);
  client.subscribe(wellKnown, (item) => switchboard.hear(item));
  const [own] = node.dialOf.keys();
  const done = new SeenSet(rememberedDone);
  const linked = new Set<string>();
  let tried = false;
  const settle = () => {
    tried = true;
    parts.onChange();
  };
  const settling = clock.timer(config.openTimeoutMs, settle);
  client.onRelay((status) => {
    tried ||= linked.has(status.url) && !status.up;
    note(status, linked, switchboard, presence);
    parts.onChange();
  });
  client.open();
  await presence.open();
  return {
    get condition() {
      return conditionOf(client.relays(), own, switchboard.size, tried);
    },
    relays: inboxes.size,
    addresses,
    connect: (target, signal) => {
      const { dialTimeoutMs } = config;
      return dial({ transport, clock, ids, client, mail, switchboard, topics, dialTimeoutMs, inboxOf }, target, signal);
    },
    announce: (announcement) => presence.announce(announcement),
    watch: (signal) => watchPresence({ source: parts.source, self: parts.self.id, clock, client, topics }, signal),
    deposit: (what, signal) =>
      deposit({ clock, ids, client, topics, depositTimeoutMs: config.depositTimeoutMs }, what, signal),
    collect: (take) => {
      const collection = new Collection({ clock, random, client, mail, done }, mailbox, take);
      collection.open();
      return () => collection.end();
    },
    waysTo: (target) => waysTo({ transport, client, topics }, target),
    inboxOf,
    signal: ({ relay, soul }, id, body) => {
      const key = mail.put(relay, soul, encodePacket({ kind: "signal", to: id, body }));
      return key === undefined ? undefined : () => mail.discard(relay, soul, [key]);
    },
    onRelay: (listener) => client.onRelay(listener),
    isUp: (relay) => client.isUp(relay),
    woke: () => {
      client.woke();
      presence.publish();
    },
    close: async (reason) => {
      settling[Symbol.dispose]();
      await switchboard.close(reason);
      presence.close();
      mail.close();
      await client.close();
      await node.close();
    },
  };
}

function note(status: RelayStatus, linked: Set<string>, switchboard: Switchboard, presence: Presence): void {
  if (status.up === linked.has(status.url)) return;
  if (status.up) {
    linked.add(status.url);
    switchboard.linkUp(status.url);
    presence.publish();
  } else {
    linked.delete(status.url);
    switchboard.linkDown(status.url, status.lastError ?? "not linked");
  }
}

/** One address for each relay that is linked: its own inbox, so that no frame comes twice by two relays. */
function addressesOf(
  transport: TransportId,
  client: GunClient,
  inboxOf: (relay: string) => string | undefined,
): readonly Address[] {
  const addresses: Address[] = [];
  for (const { url, up } of client.relays()) {
    const value = inboxOf(url);
    if (up && value !== undefined) addresses.push({ transport, value, rendezvous: normalizeRelayUrl(url) ?? url });
  }
  return addresses;
}
