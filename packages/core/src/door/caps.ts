import { maxControlItems, maxPendingHandshakes, perPeer, windowLetters } from "../messaging/limits.ts";
import { doorPolicy } from "./door-policy.ts";
import { maxRates } from "./handshake-gate.ts";

/** One map, set, queue or list that outlives the call that made it, and why it cannot grow for ever. */
export interface Cap {
  /** Below `packages/core/src`. */
  readonly file: string;
  /** The field, or the variable that a factory's functions share. */
  readonly name: string;
  readonly holds: string;
  /** Most entries; in words where another cap or the application's own code decides. */
  readonly most: number | string;
  /** The constant of that file whose value `most` is. A test compares. */
  readonly constant?: string;
  /** What goes when it is full. */
  readonly eviction: string;
}

const own = "the application's own code decides; no peer can add to it";
const peers = "as `messaging.maxPeers` says";
const connections = `${perPeer.connections} for each of \`messaging.maxPeers\``;

/**
 * Every container of the kernel that is kept. A test reads the sources: one that is not listed here fails it, and so does
 * an entry that no source has.
 */
export const caps: readonly Cap[] = Object.freeze([
  cap("assembly/plugin-ports.ts", "#fill", "ports that a plugin provides", own, "emptied when they are filled"),
  cap("assembly/port-container.ts", "#taken", "ports that were handed out", own, "none"),
  cap("assembly/port-container.ts", "#making", "rooms being made", "the depth of the wiring", "a circle throws"),
  cap(
    "connecting/address-book.ts",
    "#entries",
    "peers heard of",
    `${perPeer.addresses} for each of \`messaging.maxPeers\``,
    "the longest unheard",
  ),
  cap("connecting/address-book.ts", "#listeners", "rooms that listen", own, "none"),
  cap("connecting/connector.ts", "#pursuits", "peers that are dialled", 1_024, "whoever is not wanted", "maxPursuits"),
  cap(
    "connecting/connector.ts",
    "#wanted",
    "peers the dialer names",
    1_024,
    "further ones are left out",
    "maxPursuits",
  ),
  cap("connecting/default-guard.ts", "pauses", "ways that failed", 10_000, "the oldest", "maxEntries"),
  cap(
    "connecting/peer-book-journal.ts",
    "kept",
    "peers kept for the next start",
    256,
    "the longest unconnected",
    "maxKept",
  ),
  cap("connecting/pursuit.ts", "dials", "dials of one peer", "32 of the node together", "further ones wait"),
  cap("connecting/pursuit.ts", "tries", "ways tried of one peer", 32, "the oldest", "maxTries"),
  cap("connecting/pursuit.ts", "#absences", "ways that found nobody", 32, "with its try", "maxTries"),
  cap("connecting/transport-room.ts", "#unsubscribe", "transports listened to", own, "none"),
  cap("connecting/transport-room.ts", "#failures", "transports that failed to open", own, "none"),
  cap(
    "door/door.ts",
    "#budgets",
    "peers whose waste is counted",
    doorPolicy.mostBudgets,
    "whoever has most left, of the 16 oldest",
  ),
  cap(
    "door/graylist.ts",
    "#standings",
    "peers, and ranges, with a score",
    doorPolicy.mostScores,
    "the lightest of the 16 oldest",
  ),
  cap(
    "door/handshake-gate.ts",
    "#ranges",
    "ranges whose knocks are counted",
    maxRates,
    "the fullest bucket of the 16 oldest",
  ),
  cap(
    "door/handshake-gate.ts",
    "#relays",
    "relays whose knocks are counted",
    maxRates,
    "the fullest bucket of the 16 oldest",
  ),
  cap(
    "door/pending-pool.ts",
    "#entries",
    "inbound handshakes under way",
    maxPendingHandshakes,
    "a random one of the largest crowd",
  ),
  cap("mail/card-book.ts", "#cards", "letter keys of peers", 4_096, "the longest unseen", "maxCards"),
  cap("mail/mail-in.ts", "#answers", "senders whose answers gather", 256, "all are sent at once", "maxWaiting"),
  cap(
    "messaging/assemblies.ts",
    "#bySeq",
    "large letters of one session that are half here",
    256,
    "the oldest, also over 64 MiB",
  ),
  cap(
    "messaging/bulk-queue.ts",
    "#begun",
    "large letters under way to one session",
    8,
    "further ones wait",
    "mostBegun",
  ),
  cap(
    "messaging/bulk-queue.ts",
    "#waiting",
    "large letters that wait for one session",
    "as `messaging.outboxLetters` says",
    "`OUTBOX_FULL`",
  ),
  cap(
    "messaging/carrier.ts",
    "#awake",
    "sessions with something to send in this turn",
    connections,
    "emptied each turn",
  ),
  cap("messaging/channel-book.ts", "#byName", "open channels", 1_024, "`OPTION_INVALID`", "maxChannels"),
  cap(
    "messaging/connection-book.ts",
    "#byPeer",
    "links that stand",
    connections,
    "an inbound one of no use, of the largest crowd; else the newcomer",
  ),
  cap("messaging/connection-book.ts", "#retiring", "links that lost a glare", connections, "each goes after 2 s"),
  cap(
    "messaging/correspondent.ts",
    "letters",
    "unsettled letters to one peer",
    "as `messaging.outboxLetters` says",
    "`OUTBOX_FULL`",
  ),
  cap(
    "messaging/correspondent.ts",
    "unassigned",
    "letters that no session has yet",
    "as `messaging.outboxLetters` says",
    "`OUTBOX_FULL`",
  ),
  cap("messaging/correspondent.ts", "#lanes", "ordered channels to one peer", 1_024, "an idle one", "maxLanes"),
  cap(
    "messaging/correspondent.ts",
    "#homes",
    "ordered channels, with the lane each went into last",
    1_024,
    "an idle one",
    "maxLanes",
  ),
  cap("messaging/correspondents.ts", "#byPeer", "peers written to", peers, "`OUTBOX_FULL`"),
  cap("messaging/deque.ts", "#items", "what its owner pushes", "the owner's cap", "the owner's rule"),
  cap("messaging/dispatcher.ts", "#queues", "peers with letters at handlers", 8_192, "an idle one", "maxQueues"),
  cap("messaging/inbox.ts", "#sources", "links that brought letters", connections, "with its link"),
  cap(
    "messaging/journal/write-behind.ts",
    "#pending",
    "writes that wait 10 ms for company",
    "what is kept of windows and outboxes",
    "written",
  ),
  cap(
    "messaging/journal/write-behind.ts",
    "#stored",
    "keys in the store",
    "what is kept of windows and outboxes",
    "with what it names",
  ),
  cap(
    "messaging/ledger.ts",
    "#byPeer",
    "peers whose letters are remembered as seen",
    `${perPeer.windows} for each of \`messaging.maxPeers\``,
    "the longest unused",
  ),
  cap("messaging/order-desk.ts", "#lanes", "ordered channels of all senders", 4_096, "the longest unused", "maxLanes"),
  cap(
    "messaging/order-lane.ts",
    "#unsettled",
    "places of one ordered channel that are out",
    "as `messaging.outboxLetters` says",
    "`OUTBOX_FULL`",
  ),
  cap(
    "messaging/order-lane.ts",
    "#unaccepted",
    "places that are not accepted",
    256,
    "further letters wait",
    "orderWindow",
  ),
  cap(
    "messaging/receive-window.ts",
    "#failures",
    "letters of one window that failed",
    windowLetters,
    "with the window's base",
  ),
  cap("messaging/receive-window.ts", "#begun", "letters begun before a crash", windowLetters, "with the window's base"),
  cap(
    "messaging/request-desk.ts",
    "#pending",
    "requests that wait for an answer",
    16_384,
    "`OUTBOX_FULL`",
    "maxPending",
  ),
  cap(
    "messaging/request-desk.ts",
    "#running",
    "requests being answered that can be called off",
    16_384,
    "further ones cannot be called off",
    "maxPending",
  ),
  cap("messaging/session.ts", "links", "links of one instance", connections, "as the connection book"),
  cap(
    "messaging/session.ts",
    "letters",
    "letters for one instance",
    "as `messaging.outboxLetters` says",
    "`OUTBOX_FULL`",
  ),
  cap(
    "messaging/session.ts",
    "bulk",
    "large letters for one instance",
    "as `messaging.outboxLetters` says",
    "`OUTBOX_FULL`",
  ),
  cap(
    "messaging/session.ts",
    "#accepted",
    "acknowledgements that wait for a link",
    maxControlItems,
    "dropped; said again when asked",
  ),
  cap(
    "messaging/session.ts",
    "#handled",
    "acknowledgements that wait for a link",
    maxControlItems,
    "dropped; said again when asked",
  ),
  cap(
    "messaging/session.ts",
    "#control",
    "control items that wait for a link",
    maxControlItems,
    "dropped; said again when asked",
  ),
  cap(
    "node/node-crypto-suite.ts",
    "objects",
    "key objects of live key pairs",
    "as many as key pairs live",
    "with its pair",
  ),
  cap("security/ed25519-strict.ts", "verdicts", "keys that were found sound", 4_096, "the oldest"),
  cap(
    "security/frame-tap.ts",
    "#kept",
    "frames before the handshake was done",
    64,
    "the connection is closed, also over 256 KiB",
    "maxKept",
  ),
  cap("status/event-emitter.ts", "#heard", "names of events with listeners", own, "none"),
  cap("status/transport-journal.ts", "#rows", "transports", own, "none"),
  cap("store/memory-store.ts", "#parts", "namespaces", "64 MiB with all that is in them", "`STORE_FULL`"),
  cap("store/sorted-keys.ts", "#chunks", "keys of one namespace", "as the store that it sorts", "`STORE_FULL`"),
  cap(
    "store/store-lifecycle.ts",
    "#waiting",
    "calls that wait for the store to open",
    10_000,
    "`STORE_BUSY`",
    "maxWaiting",
  ),
  cap("store/write-queue.ts", "#waiting", "batches that wait to be written", "128 MiB", "`STORE_BUSY`"),
  cap("swarm/wire-connections.ts", "up", "transports that are up", own, "none"),
]);

function cap(
  file: string,
  name: string,
  holds: string,
  most: number | string,
  eviction: string,
  constant?: string,
): Cap {
  return Object.freeze({ file, name, holds, most, eviction, ...(constant === undefined ? {} : { constant }) });
}
