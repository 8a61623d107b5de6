/** Codes of this plugin. A code is API: it is never renamed. */
export const errorTable = Object.freeze({
  /** Somebody proposed a direct connection by a letter that is past its time, from a time to come, or from before this node was here. */
  SIGNAL_EXPIRED: "See whether this machine's clock is right: ten minutes of difference are allowed.",
  /** A letter for a direct connection is not by the one it names, for this peer, place and network, or was altered. */
  SIGNAL_FORGED:
    "Nothing here: a relay or a stranger made it up, kept it from an earlier run, or it is for another network.",
  /** A letter for a direct connection came again. */
  SIGNAL_REPLAYED: "Nothing here: a relay, or who listens there, repeated it.",
  /** A letter belongs to no meeting that this node was in since it opened. */
  SIGNAL_STRAY: "Nothing here: a relay or a stranger made it up, or kept it from an earlier run.",
} as const);
