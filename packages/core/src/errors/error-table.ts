/**
 * The kernel's codes, each with what to do; what one means stands above it, where no page carries it. A code is API: it is never
 * renamed, and `docs/errors.md` is made from this table (and from each plugin's own `error-table.ts`) by `npm run generate`.
 */
export const errorTable = Object.freeze({
  /** The configuration has problems; all of them are listed. */
  CONFIG_INVALID: "Correct each listed path.",
  /** The configuration file is not there. */
  CONFIG_NOT_FOUND: "Give the path of an existing .json, .ts or .js file.",
  /** The configuration file could not be read or parsed. */
  CONFIG_UNREADABLE: "Correct the syntax at the named line.",
  /** A plugin package that the configuration names is not installed. */
  PLUGIN_NOT_FOUND: "Install it with npm, or correct its name.",
  /** A module is not a plugin: its default export was not made by definePlugin. */
  PLUGIN_INVALID: "Export `definePlugin({ id, api, config, setup })` as default.",
  /** A plugin imports a package that is not installed beside it, as a peer that npm was told to leave out. */
  PLUGIN_PEER_MISSING: "Install the named package where the plugin is installed.",
  /** A plugin was made for another contract of the kernel. */
  PLUGIN_API_MISMATCH: "Install a version of the plugin for this kernel.",
  /** A plugin is named twice. */
  PLUGIN_DUPLICATE: "Keep one of the entries.",
  /** A plugin requires a port that no plugin provides. */
  PLUGIN_MISSING: "Add a plugin that provides the port.",
  /** Plugins require each other in a circle. */
  PLUGIN_CYCLE: "Turn one `requires` on the named path into `wants`, or split a plugin.",
  /** Two plugins provide a port that takes one. */
  PLUGIN_CONFLICT: "Keep one of the two.",
  /** A plugin threw while it was set up. */
  PLUGIN_SETUP_FAILED: "See the cause; report it to the plugin's author.",
  /** A plugin could not start; what had started was stopped again. */
  PLUGIN_START_FAILED: "See the cause.",
  /** The node has no plugin of this name. */
  PLUGIN_UNKNOWN: "Use a plugin's id, as `swarm.plugins.list()` gives it.",
  /** Other plugins require what this one provides; they are named. */
  PLUGIN_IN_USE: "Disable them first, or say `{ cascade: true }`.",
  /** A plugin stands in the place of one of the kernel's rooms, which the node cannot change while it runs. */
  PLUGIN_REQUIRED: "Stop the node, and make another without this plugin.",
  /** A plugin's start or stop did not end in its time. */
  PLUGIN_TIMEOUT: "See whether its network is reachable; raise its time-out if it is just slow.",
  /** A plugin used or provided a port that its definition does not name. */
  PORT_UNDECLARED: "Name it under `provides`, `requires` or `wants`.",
  /** What a plugin provided at a port has not the members that the kernel calls there. */
  PORT_INVALID: "Report it to the plugin's author: what each port asks for stands in docs/writing-a-transport.md.",
  /** A plugin threw while it was stopped; the rest was stopped all the same. */
  PLUGIN_STOP_FAILED: "See the cause; report it to the plugin's author.",
  /** A port was to be replaced after its value had been handed out. */
  PORT_TAKEN: "Replace it before the node starts.",
  /** Rooms of a node need each other in a circle. */
  PORT_CYCLE: "Break the named path: let one of them get the other later.",
  /** An event has as many listeners as it may. */
  LISTENERS_EXCEEDED: "Call the unsubscribe of listeners that are no longer needed.",
  /** Nothing stands at this port in this node. */
  PORT_UNKNOWN: "Add a plugin that provides it.",
  /** An option has a value that is not allowed. */
  OPTION_INVALID: "Correct the named option.",
  /** A key that no option has. */
  OPTION_UNKNOWN: "Correct its spelling, or remove it.",
  /** The node is stopped or stopping. */
  SWARM_STOPPED: "Start it first, or send again after the next start.",
  /** Not a peer id: 52 letters of base32, lower case. */
  PEER_ID_INVALID: "Use an id as `swarm.id` gives it.",
  /** Nobody is there under this address. */
  PEER_ABSENT: "Wait until the peer is back; letters wait too.",
  /** Another peer answered than the one dialled. */
  PEER_MISMATCH: "Look for a stale address, or for somebody who poses as the peer.",
  /** Whoever answered does not speak this protocol. */
  LEGACY_PEER: "Use an address of a Swarm Space peer.",
  /** The peer belongs to another network. */
  NETWORK_MISMATCH: "Give both nodes the same `network`.",
  /** The peer speaks a protocol version that this node does not. */
  VERSION_UNSUPPORTED: "Update the older of the two.",
  /** The handshake broke its rules or ended early. */
  HANDSHAKE_FAILED: "Try again; if it repeats, the road or the peer is faulty.",
  /** The handshake did not end in time. */
  HANDSHAKE_TIMEOUT: "See whether the peer is overloaded or the road loses frames.",
  /** The connection is closed. */
  CONNECTION_CLOSED: "Nothing: the kernel takes another way.",
  /** A frame is larger than the road carries. */
  FRAME_TOO_LARGE: "Respect `capabilities.maxFrameBytes`.",
  /** Bytes that are no frame of this protocol. */
  FRAME_INVALID: "Nothing here: the sender is faulty or hostile.",
  /** The way could not be dialled. */
  DIAL_FAILED: "Nothing: it is tried again after its backoff.",
  /** The relay or server that a way depends on is away. */
  TRANSPORT_UNAVAILABLE: "Start or replace the relay; other ways are used meanwhile.",
  /** A transport could not be opened. */
  TRANSPORT_OPEN_FAILED: "See the cause; the node runs on with what there is.",
  /** A transport was not ready in time; it goes on trying. */
  TRANSPORT_OPEN_TIMEOUT: "See whether its relay or server is reachable.",
  /** The letter was not confirmed within its time to live. */
  LETTER_EXPIRED: "Send again, with a longer `ttlMs` where the peer may be away for long.",
  /** The letter is larger than the cap. */
  LETTER_TOO_LARGE: "Send smaller parts, or raise `messaging.maxLetterBytes` on both sides.",
  /** A letter's bytes cannot be read. */
  LETTER_INVALID: "Nothing here: the sender is faulty or hostile.",
  /** The message does not fit the channel's schema, or cannot be encoded. */
  MESSAGE_INVALID: "Correct the named path.",
  /** The receiver has no channel of this name. */
  CHANNEL_UNKNOWN: "Open the channel on both sides.",
  /** A channel of this name exists already. */
  CHANNEL_DUPLICATE: "Open each channel once.",
  /** The asker called the request off. */
  REQUEST_CANCELLED: "Nothing: stop the work that the request asked for.",
  /** The channel was closed on this side. */
  CHANNEL_CLOSED: "Open it again before writing on it.",
  /** The receiver's handler threw. */
  HANDLER_FAILED: "See the receiver's log.",
  /** Too much waits to be sent to this peer. */
  OUTBOX_FULL: "Await receipts before sending more.",
  /** A peer sent beyond the receive window. */
  WINDOW_EXCEEDED: "Nothing here: the sender is faulty or hostile.",
  /** A peer sent too much that is of no use, or too many handshakes came from one place. */
  RATE_EXCEEDED:
    "Of this node: send less to channels that nobody there has, and less that fails. Else nothing: the sender is faulty or hostile.",
  /** A peer, or its range of addresses, misbehaved and is refused for a while. */
  PEER_GRAYLISTED:
    "Wait: the score fades, and the next try is due by itself. `peer:graylisted` says what the offence was.",
  /** More handshakes are under way than the peer keeps open, and this one gave way. */
  DOOR_BUSY: "Nothing: it is tried again after its backoff.",
  /** A peer's letters outran its handlers beyond the cap. */
  INBOX_OVERFLOW: "Make handlers faster, or the sender slower.",
  /** The store's medium is full. */
  STORE_FULL: "Make room on the disk, or raise the quota.",
  /** The store could not read or write. */
  STORE_FAILED: "See the cause.",
  /** The store is closed. */
  STORE_CLOSED: "Start the node first; await what it writes before stopping it.",
  /** Too many writes or reads wait for the store. */
  STORE_BUSY: "Await writes before making more.",
  /** Another process uses this store. */
  STORE_LOCKED: "Stop the other process, or give this node a store of its own.",
  /** A newer version wrote this store. */
  STORE_NEWER: "Update this node's store plugin, or use another store.",
  /** The store's bytes are not what was written. */
  STORE_CORRUPT: "Restore it from a backup, or remove it: what peers have is fetched again.",
  /** The identity is malformed. */
  IDENTITY_INVALID: "Remove it to get a new one, or restore it from a backup.",
  /** The key file is truncated or altered. */
  IDENTITY_FILE_CORRUPT: "Restore it from a backup, or move it away to get a new identity.",
  /** Others on this machine may read the key file. */
  IDENTITY_FILE_EXPOSED: "`chmod 600` the file; if somebody may have read it, take a new identity.",
  /** The key file was written by a later version. */
  IDENTITY_FILE_VERSION: "Update this package, or name another file.",
  /** The key file could not be read or written. */
  IDENTITY_FILE_UNREADABLE: "See the cause: the path, its owner, or the disk.",
  /** This platform cannot keep an Ed25519 key that never leaves it. */
  IDENTITY_UNSUPPORTED: "Use a newer browser, or an ephemeral identity.",
  /** A sealed frame was altered, replayed or reordered on its way. */
  SEAL_BROKEN:
    "Nothing: the connection is closed and another is made. If it repeats, the road or its relay is hostile.",
  /** A sealed link has used up its keys. */
  SEAL_EXHAUSTED: "Nothing: the connection is closed and another is made.",
  /** A published letter key is malformed, expired, or not signed by its peer. */
  LETTER_KEY_INVALID: "Wait for the peer's next announcement.",
  /** A letter stays in its mailbox: letters of too many senders are remembered, so that none is delivered twice. */
  LEDGER_FULL:
    "Nothing: it is given again until its time to live ends. Raise `messaging.maxPeers` where many honest peers write.",
  /** A sealed letter is for a letter key that this node does not hold, or no longer. */
  LETTER_KEY_UNKNOWN: "Nothing here: the sender seals it again when it has our present key.",
} as const);
