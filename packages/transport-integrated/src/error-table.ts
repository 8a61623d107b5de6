import { findingErrors } from "./finding/error-table.ts";

/** Codes of this plugin. A code is API: it is never renamed. */
export const errorTable = Object.freeze({
  ...findingErrors,
  SIGNAL_EXPIRED: {
    meaning: "Somebody proposed a direct connection by a letter that is past its time, or from a time to come.",
    cure: "See whether this machine's clock is right: ten minutes of difference are allowed.",
  },
  SIGNAL_FORGED: {
    meaning: "A letter proposes a direct connection and is not signed, for this peer and network, by the one it names.",
    cure: "Nothing here: a relay or a stranger made it up, or it is for another network.",
  },
  SIGNAL_REPLAYED: {
    meaning: "A letter that proposed a direct connection came again.",
    cure: "Nothing here: a relay, or who listens there, repeated it.",
  },
} as const);
