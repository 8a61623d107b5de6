import { findingErrors } from "./finding/error-table.ts";

/** Codes of this plugin. A code is API: it is never renamed. */
export const errorTable = Object.freeze({
  ...findingErrors,
  /** Somebody proposed a direct connection by a letter that is past its time, or from a time to come. */
  SIGNAL_EXPIRED: "See whether this machine's clock is right: ten minutes of difference are allowed.",
  /** A letter proposes a direct connection and is not signed, for this peer and network, by the one it names. */
  SIGNAL_FORGED: "Nothing here: a relay or a stranger made it up, or it is for another network.",
  /** A letter that proposed a direct connection came again. */
  SIGNAL_REPLAYED: "Nothing here: a relay, or who listens there, repeated it.",
} as const);
