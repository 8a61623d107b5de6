/** Codes of this plugin. A code is API: it is never renamed. */
export const errorTable = Object.freeze({
  /** A relay said that it does not keep a letter: the mailbox, the sender's share or the relay's disk is full. */
  MAILBOX_REFUSED:
    "Nothing is lost: the letter stays in the outbox and is left again later. Name more relays, or make room on this one.",
  /** No relay said that it keeps a letter. */
  MAILBOX_SILENT: "See whether the relay keeps anything: one without storage never says so. `swarm-space infra` does.",
} as const);
