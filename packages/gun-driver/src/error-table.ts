/** Codes of this plugin. A code is API: it is never renamed. */
export const errorTable = Object.freeze({
  MAILBOX_REFUSED: {
    meaning:
      "A relay said that it does not keep a letter: the mailbox, the sender's share or the relay's disk is full.",
    cure: "Nothing is lost: the letter stays in the outbox and is left again later. Name more relays, or make room on this one.",
  },
  MAILBOX_SILENT: {
    meaning: "No relay said that it keeps a letter.",
    cure: "See whether the relay keeps anything: one without storage never says so. `swarm-space infra` does.",
  },
} as const);
