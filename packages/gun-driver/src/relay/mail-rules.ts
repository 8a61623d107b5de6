/** How many letters, and how much text with their names, somebody may have lie. */
export interface MailShare {
  readonly letters: number;
  /** UTF-16 units; what a letter costs beside its text counts too. */
  readonly bytes: number;
}

/** Souls whose keys are letters: kept for days, counted by who left them, and refused beyond a bound rather than put out. */
export interface MailboxOptions {
  readonly isMailbox: (soul: string) => boolean;
  /** Until when a letter is wanted, in wall-clock milliseconds; undefined: as long as `ttlMs`. */
  readonly expiryOf?: (value: string) => number | undefined;
  /** Longest time a letter is kept. Default 604,800,000 ms: seven days. */
  readonly ttlMs?: number;
  /** Longest letter. Default 24,576. */
  readonly maxLetterLength?: number;
  /** Of one mailbox. Default 1,024 letters, 4 MiB: an answer of it must fit what may wait for a slow reader. */
  readonly perMailbox?: MailShare;
  /** Of one mailbox, by all who come from one address (IPv6: one /64). Default half of it. */
  readonly perRange?: MailShare;
  /** Of one mailbox, over one connection. Default a quarter of it. */
  readonly perConnection?: MailShare;
  /** Of all mailboxes. Default 100,000 letters, 64 MiB. */
  readonly inAll?: MailShare;
  /** Of all mailboxes, by all who come from one address. Default a quarter of that. */
  readonly perRangeInAll?: MailShare;
}

/** The options with every default filled in. */
export type MailRules = ReturnType<typeof settleMail>;

export function settleMail(o: MailboxOptions) {
  const perMailbox = o.perMailbox ?? { letters: 1_024, bytes: 4 * 1_048_576 };
  const inAll = o.inAll ?? { letters: 100_000, bytes: 64 * 1_048_576 };
  return {
    isMailbox: o.isMailbox,
    expiryOf: o.expiryOf ?? (() => undefined),
    ttlMs: o.ttlMs ?? 604_800_000,
    maxLetterLength: o.maxLetterLength ?? 24_576,
    perMailbox,
    perRange: o.perRange ?? part(perMailbox, 2),
    perConnection: o.perConnection ?? part(perMailbox, 4),
    inAll,
    perRangeInAll: o.perRangeInAll ?? part(inAll, 4),
  };
}

function part({ letters, bytes }: MailShare, divisor: number): MailShare {
  return { letters: Math.ceil(letters / divisor), bytes: Math.ceil(bytes / divisor) };
}
