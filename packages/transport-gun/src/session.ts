import type { Address, Announcement, Clock, Connection, Random, Sighting, Target } from "@swarm-space/core";
import {
  createGunClient,
  type GunClient,
  IdSource,
  normalizeRelayUrl,
  type RelayStatus,
  SeenSet,
} from "@swarm-space/gun-driver";
import { Collection, rememberedDone, type TakeLetter } from "./collection.ts";
import type { GunConfig } from "./config.ts";
import { type Deposit, deposit } from "./deposit.ts";
import { dial } from "./dial.ts";
import { type Condition, conditionOf } from "./link-state.ts";
import { Mail } from "./mail.ts";
import { openNodeSide } from "./node-side.ts";
import { Presence } from "./presence.ts";
import { watchPresence } from "./sightings.ts";
import { Switchboard } from "./switchboard.ts";
import { inboxSoul, type Topics } from "./topics.ts";

export interface SessionParts {
  readonly self: { readonly id: string };
  readonly config: GunConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly topics: Topics;
  accept(connection: Connection): void;
  /** Relays or connections came or went. */
  onChange(): void;
}

/** All that stands between `open` and `close`. */
export interface Session {
  readonly condition: Condition;
  /** How many relays it dials. */
  readonly relays: number;
  addresses(): readonly Address[];
  connect(target: Target, signal: AbortSignal): Promise<Connection>;
  announce(announcement: Announcement): () => void;
  watch(signal: AbortSignal): AsyncGenerator<Sighting, void>;
  deposit(what: Deposit, signal: AbortSignal): Promise<void>;
  /** Gives what lies in this node's mailbox until the returned undo. */
  collect(take: TakeLetter): () => void;
  /** This node slept: its relays must show that they are there, and its record of presence may have run out. */
  woke(): void;
  close(reason: string): Promise<void>;
}

/** Keys remembered of each soul, so that each is heard once: what repeats later than that is dropped by its number, or tells nothing new. */
const seenKeys = 512;

/** Brings links, inboxes and presence up. Rejects when the relay of this node cannot be served. */
export async function openSession(parts: SessionParts): Promise<Session> {
  const { config, clock, random, topics } = parts;
  const node = await openNodeSide(config, clock, random);
  const ids = new IdSource(random);
  const client = createGunClient({
    relays: [...node.dialOf.keys(), ...config.relays],
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
    clock,
    ids,
    mail,
    config,
    inboxOf,
    accept: (connection) => parts.accept(connection),
    onCount: () => parts.onChange(),
  });
  const addresses = () => addressesOf(client, inboxOf);
  const presence = new Presence({ self: parts.self.id, clock, ids, client, topics, config, addresses });
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
      return dial({ clock, ids, client, mail, switchboard, topics, dialTimeoutMs, inboxOf }, target, signal);
    },
    announce: (announcement) => presence.announce(announcement),
    watch: (signal) => watchPresence({ self: parts.self.id, clock, client, topics }, signal),
    deposit: (what, signal) =>
      deposit({ clock, ids, client, topics, depositTimeoutMs: config.depositTimeoutMs }, what, signal),
    collect: (take) => {
      const collection = new Collection({ clock, random, client, mail, done }, mailbox, take);
      collection.open();
      return () => collection.end();
    },
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
function addressesOf(client: GunClient, inboxOf: (relay: string) => string | undefined): readonly Address[] {
  const addresses: Address[] = [];
  for (const { url, up } of client.relays()) {
    const value = inboxOf(url);
    if (up && value !== undefined)
      addresses.push({ transport: "gun", value, rendezvous: normalizeRelayUrl(url) ?? url });
  }
  return addresses;
}
