/** Codes of this plugin. A code is API: it is never renamed. */
export const errorTable = Object.freeze({
  /** The PeerServer says that somebody else is there by this id. */
  PEERJS_ID_TAKEN: "Nothing: another instance of this identity has it, or had it; a further id is taken.",
  /** The PeerServer does not take the API key. */
  PEERJS_KEY_REFUSED: "Set `key` to the server's own; an unmodified PeerServer has `peerjs`.",
  /** The PeerServer refused this node in words of its own: it is full, or the key is not its. */
  PEERJS_SERVER_REFUSED: "See the words; set `key`, or name another server.",
} as const);
