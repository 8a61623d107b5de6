import type { MailRules, MailShare } from "./mail-rules.ts";
import { getOrMake } from "./map-of.ts";

/** Why a letter is refused. */
export type MailRefusal = "LETTER_TOO_LARGE" | "SHARE_FULL" | "MAILBOX_FULL" | "RELAY_FULL";

/** Something that a letter is charged to. */
export interface MailAccount {
  readonly name: string;
  readonly limit: MailShare;
  readonly beyond: MailRefusal;
}

/** Who left a letter. A connection is not known of letters from before a restart. */
export interface Depositor {
  readonly range: string;
  readonly connection?: string;
}

/** What a letter for `soul` is charged to. Pure. */
export function accountsOf(soul: string, from: Depositor, rules: MailRules): readonly MailAccount[] {
  const accounts: MailAccount[] = [
    { name: "all", limit: rules.inAll, beyond: "RELAY_FULL" },
    { name: `box ${soul}`, limit: rules.perMailbox, beyond: "MAILBOX_FULL" },
    { name: `range ${from.range}`, limit: rules.perRangeInAll, beyond: "SHARE_FULL" },
    { name: `range ${from.range} ${soul}`, limit: rules.perRange, beyond: "SHARE_FULL" },
  ];
  if (from.connection !== undefined) {
    accounts.push({ name: `link ${from.connection} ${soul}`, limit: rules.perConnection, beyond: "SHARE_FULL" });
  }
  return accounts;
}

/** What each account holds. An account that holds nothing takes no room. */
export class MailAccounts {
  readonly #held = new Map<string, { letters: number; bytes: number }>();

  get size(): number {
    return this.#held.size;
  }

  held(name: string): MailShare {
    return this.#held.get(name) ?? { letters: 0, bytes: 0 };
  }

  /** @returns why so much more cannot be; undefined: it can */
  refusal(accounts: readonly MailAccount[], more: MailShare): MailRefusal | undefined {
    return accounts.find(({ name, limit }) => {
      const { letters, bytes } = this.held(name);
      return letters + more.letters > limit.letters || bytes + more.bytes > limit.bytes;
    })?.beyond;
  }

  /** @param sign 1 adds a letter, -1 takes it away */
  charge(accounts: readonly MailAccount[], bytes: number, sign: 1 | -1): void {
    for (const { name } of accounts) {
      const held = getOrMake(this.#held, name, () => ({ letters: 0, bytes: 0 }));
      held.letters += sign;
      held.bytes += sign * bytes;
      if (held.letters === 0) this.#held.delete(name);
    }
  }
}
