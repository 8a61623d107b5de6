/** Codes of this plugin. A code is API: it is never renamed. */
export const errorTable = Object.freeze({
  PEERJS_ID_TAKEN: {
    meaning: "The PeerServer says that somebody else is there by this id.",
    cure: "Nothing: another instance of this identity has it, or one of it that is gone; a further id is taken.",
  },
  PEERJS_KEY_REFUSED: {
    meaning: "The PeerServer does not take the API key.",
    cure: "Set `key` to the server's own; an unmodified PeerServer has `peerjs`.",
  },
  PEERJS_SERVER_REFUSED: {
    meaning: "The PeerServer refused this node in words of its own: it is full, or the key is not its.",
    cure: "See the words; set `key`, or name another server.",
  },
} as const);
