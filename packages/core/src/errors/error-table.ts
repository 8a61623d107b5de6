/**
 * The kernel's codes. A code is API: it is never renamed, and `docs/errors.md` is made from this table
 * (and from each plugin's own `error-table.ts`) by `npm run generate`.
 */
export const errorTable = Object.freeze({
  CONFIG_INVALID: {
    meaning: "The configuration has problems; all of them are listed.",
    cure: "Correct each listed path.",
  },
  CONFIG_NOT_FOUND: {
    meaning: "The configuration file is not there.",
    cure: "Give the path of an existing .json, .ts or .js file.",
  },
  CONFIG_UNREADABLE: {
    meaning: "The configuration file could not be read or parsed.",
    cure: "Correct the syntax at the named line.",
  },
  PLUGIN_NOT_FOUND: {
    meaning: "A plugin package that the configuration names is not installed.",
    cure: "Install it with npm, or correct its name.",
  },
  PLUGIN_INVALID: {
    meaning: "A module is not a plugin: its default export was not made by definePlugin.",
    cure: "Export `definePlugin({…})` as default.",
  },
  PLUGIN_PEER_MISSING: {
    meaning: "A plugin imports a package that is not installed beside it, as a peer that npm was told to leave out.",
    cure: "Install the named package where the plugin is installed.",
  },
  PLUGIN_API_MISMATCH: {
    meaning: "A plugin was made for another contract of the kernel.",
    cure: "Install a version of the plugin for this kernel.",
  },
  PLUGIN_DUPLICATE: { meaning: "A plugin is named twice.", cure: "Keep one of the entries." },
  PLUGIN_MISSING: {
    meaning: "A plugin requires a port that no plugin provides.",
    cure: "Add a plugin that provides the port.",
  },
  PLUGIN_CYCLE: {
    meaning: "Plugins require each other in a circle.",
    cure: "Turn one `requires` on the named path into `wants`, or split a plugin.",
  },
  PLUGIN_CONFLICT: { meaning: "Two plugins provide a port that takes one.", cure: "Keep one of the two." },
  PLUGIN_SETUP_FAILED: {
    meaning: "A plugin threw while it was set up.",
    cure: "See the cause; report it to the plugin's author.",
  },
  PLUGIN_START_FAILED: {
    meaning: "A plugin could not start; what had started was stopped again.",
    cure: "See the cause.",
  },
  PLUGIN_TIMEOUT: {
    meaning: "A plugin's start or stop did not end in its time.",
    cure: "See whether its network is reachable; raise its time-out if it is just slow.",
  },
  PORT_UNDECLARED: {
    meaning: "A plugin used or provided a port that its definition does not name.",
    cure: "Name it under `provides`, `requires` or `wants`.",
  },
  PLUGIN_STOP_FAILED: {
    meaning: "A plugin threw while it was stopped; the rest was stopped all the same.",
    cure: "See the cause; report it to the plugin's author.",
  },
  PORT_TAKEN: {
    meaning: "A port was to be replaced after its value had been handed out.",
    cure: "Replace it before the node starts.",
  },
  PORT_CYCLE: {
    meaning: "Rooms of a node need each other in a circle.",
    cure: "Break the named path: let one of them get the other later.",
  },
  LISTENERS_EXCEEDED: {
    meaning: "An event has as many listeners as it may.",
    cure: "Call the unsubscribe of listeners that are no longer needed.",
  },
  PORT_UNKNOWN: { meaning: "Nothing stands at this port in this node.", cure: "Add a plugin that provides it." },
  OPTION_INVALID: { meaning: "An option has a value that is not allowed.", cure: "Correct the named option." },
  OPTION_UNKNOWN: { meaning: "A key that no option has.", cure: "Correct its spelling, or remove it." },
  SWARM_STOPPED: {
    meaning: "The node is stopped or stopping.",
    cure: "Start it first, or send again after the next start.",
  },
  PEER_ID_INVALID: {
    meaning: "Not a peer id: 52 letters of base32, lower case.",
    cure: "Use an id as `swarm.id` gives it.",
  },
  PEER_ABSENT: {
    meaning: "Nobody is there under this address.",
    cure: "Wait until the peer is back; letters wait too.",
  },
  PEER_MISMATCH: {
    meaning: "Another peer answered than the one dialled.",
    cure: "Look for a stale address, or for somebody who poses as the peer.",
  },
  LEGACY_PEER: {
    meaning: "Whoever answered does not speak this protocol.",
    cure: "Use an address of a Swarm Space peer.",
  },
  NETWORK_MISMATCH: { meaning: "The peer belongs to another network.", cure: "Give both nodes the same `network`." },
  VERSION_UNSUPPORTED: {
    meaning: "The peer speaks a protocol version that this node does not.",
    cure: "Update the older of the two.",
  },
  HANDSHAKE_FAILED: {
    meaning: "The handshake broke its rules or ended early.",
    cure: "Try again; if it repeats, the road or the peer is faulty.",
  },
  HANDSHAKE_TIMEOUT: {
    meaning: "The handshake did not end in time.",
    cure: "See whether the peer is overloaded or the road loses frames.",
  },
  CONNECTION_CLOSED: { meaning: "The connection is closed.", cure: "Nothing: the kernel takes another way." },
  FRAME_TOO_LARGE: {
    meaning: "A frame is larger than the road carries.",
    cure: "Respect `capabilities.maxFrameBytes`.",
  },
  FRAME_INVALID: {
    meaning: "Bytes that are no frame of this protocol.",
    cure: "Nothing here: the sender is faulty or hostile.",
  },
  DIAL_FAILED: { meaning: "The way could not be dialled.", cure: "Nothing: it is tried again after its backoff." },
  TRANSPORT_UNAVAILABLE: {
    meaning: "The relay or server that a way depends on is away.",
    cure: "Start or replace the relay; other ways are used meanwhile.",
  },
  TRANSPORT_OPEN_FAILED: {
    meaning: "A transport could not be opened.",
    cure: "See the cause; the node runs on with what there is.",
  },
  TRANSPORT_OPEN_TIMEOUT: {
    meaning: "A transport was not ready in time; it goes on trying.",
    cure: "See whether its relay or server is reachable.",
  },
  LETTER_EXPIRED: {
    meaning: "The letter was not confirmed within its time to live.",
    cure: "Send again, with a longer `ttlMs` where the peer may be away for long.",
  },
  LETTER_TOO_LARGE: {
    meaning: "The letter is larger than the cap.",
    cure: "Send smaller parts, or raise `messaging.maxLetterBytes` on both sides.",
  },
  LETTER_INVALID: {
    meaning: "A letter's bytes cannot be read.",
    cure: "Nothing here: the sender is faulty or hostile.",
  },
  MESSAGE_INVALID: {
    meaning: "The message does not fit the channel's schema, or cannot be encoded.",
    cure: "Correct the named path.",
  },
  CHANNEL_UNKNOWN: { meaning: "The receiver has no channel of this name.", cure: "Open the channel on both sides." },
  CHANNEL_DUPLICATE: { meaning: "A channel of this name exists already.", cure: "Open each channel once." },
  REQUEST_CANCELLED: {
    meaning: "The asker called the request off.",
    cure: "Nothing: stop the work that the request asked for.",
  },
  CHANNEL_CLOSED: {
    meaning: "The channel was closed on this side.",
    cure: "Open it again before writing on it.",
  },
  HANDLER_FAILED: { meaning: "The receiver's handler threw.", cure: "See the receiver's log." },
  OUTBOX_FULL: { meaning: "Too much waits to be sent to this peer.", cure: "Await receipts before sending more." },
  WINDOW_EXCEEDED: {
    meaning: "A peer sent beyond the receive window.",
    cure: "Nothing here: the sender is faulty or hostile.",
  },
  RATE_EXCEEDED: {
    meaning: "A peer sent too much that is of no use, or too many handshakes came from one place.",
    cure: "Of this node: send less to channels that nobody there has, and less that fails. Else nothing: the sender is faulty or hostile.",
  },
  PEER_GRAYLISTED: {
    meaning: "A peer, or its range of addresses, misbehaved and is refused for a while.",
    cure: "Wait: the score fades, and the next try is due by itself. `peer:graylisted` says what the offence was.",
  },
  DOOR_BUSY: {
    meaning: "More handshakes are under way than the peer keeps open, and this one gave way.",
    cure: "Nothing: it is tried again after its backoff.",
  },
  INBOX_OVERFLOW: {
    meaning: "A peer's letters outran its handlers beyond the cap.",
    cure: "Make handlers faster, or the sender slower.",
  },
  STORE_FULL: { meaning: "The store's medium is full.", cure: "Make room on the disk, or raise the quota." },
  STORE_FAILED: { meaning: "The store could not read or write.", cure: "See the cause." },
  STORE_CLOSED: {
    meaning: "The store is closed.",
    cure: "Start the node first; await what it writes before stopping it.",
  },
  STORE_BUSY: { meaning: "Too many writes or reads wait for the store.", cure: "Await writes before making more." },
  STORE_LOCKED: {
    meaning: "Another process uses this store.",
    cure: "Stop the other process, or give this node a store of its own.",
  },
  STORE_NEWER: {
    meaning: "A newer version wrote this store.",
    cure: "Update this node's store plugin, or use another store.",
  },
  STORE_CORRUPT: {
    meaning: "The store's bytes are not what was written.",
    cure: "Restore it from a backup, or remove it: what peers have is fetched again.",
  },
  IDENTITY_INVALID: {
    meaning: "The identity is malformed.",
    cure: "Remove it to get a new one, or restore it from a backup.",
  },
  IDENTITY_FILE_CORRUPT: {
    meaning: "The key file is truncated or altered.",
    cure: "Restore it from a backup, or move it away to get a new identity.",
  },
  IDENTITY_FILE_EXPOSED: {
    meaning: "Others on this machine may read the key file.",
    cure: "`chmod 600` the file; if somebody may have read it, take a new identity.",
  },
  IDENTITY_FILE_VERSION: {
    meaning: "The key file was written by a later version.",
    cure: "Update this package, or name another file.",
  },
  IDENTITY_FILE_UNREADABLE: {
    meaning: "The key file could not be read or written.",
    cure: "See the cause: the path, its owner, or the disk.",
  },
  IDENTITY_UNSUPPORTED: {
    meaning: "This platform cannot keep an Ed25519 key that never leaves it.",
    cure: "Use a newer browser, or an ephemeral identity.",
  },
  SEAL_BROKEN: {
    meaning: "A sealed frame was altered, replayed or reordered on its way.",
    cure: "Nothing: the connection is closed and another is made. If it repeats, the road or its relay is hostile.",
  },
  SEAL_EXHAUSTED: {
    meaning: "A sealed link has used up its keys.",
    cure: "Nothing: the connection is closed and another is made.",
  },
  LETTER_KEY_INVALID: {
    meaning: "A published letter key is malformed, expired, or not signed by its peer.",
    cure: "Wait for the peer's next announcement.",
  },
  LEDGER_FULL: {
    meaning:
      "A letter stays in its mailbox: letters of too many senders are remembered, so that none is delivered twice.",
    cure: "Nothing: it is given again until its time to live ends. Raise `messaging.maxPeers` where many honest peers write.",
  },
  LETTER_KEY_UNKNOWN: {
    meaning: "A sealed letter is for a letter key that this node does not hold, or no longer.",
    cure: "Nothing here: the sender seals it again when it has our present key.",
  },
} as const);
