import type { MailboxOptions } from "../relay/mail-rules.ts";
import { expiryOf } from "./letter-value.ts";
import { mailboxSoul } from "./topics.ts";

export interface MailboxBounds {
  /** Longest time a letter is kept. Default 604,800,000 ms: seven days. */
  readonly ttlMs?: number | undefined;
  /** Text of all letters together. Default 64 MiB. */
  readonly maxBytes?: number | undefined;
}

/** Lets a Gun relay know which of its souls are this plugin's mailboxes: `openGunRelay({ mailboxes: gunMailboxes() })`. */
export function gunMailboxes({ ttlMs, maxBytes }: MailboxBounds = {}): MailboxOptions {
  return {
    isMailbox: (soul) => mailboxSoul.test(soul),
    expiryOf,
    ...(ttlMs === undefined ? {} : { ttlMs }),
    ...(maxBytes === undefined ? {} : { inAll: { letters: 100_000, bytes: maxBytes } }),
  };
}
