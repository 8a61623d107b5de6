import type { PeerId } from "./identity.ts";
import type { SignalOptions, TransportId } from "./transport.ts";

export interface DepositOptions extends SignalOptions {
  /**
   * Names a letter among those for its receiver: 8 to 64 of `A-Z a-z 0-9 _ -`, that tell nothing. A letter that is left again
   * under its name takes the place of the one before. Undefined: it is another letter.
   */
  readonly name?: string | undefined;
}

/** Store and forward: a sealed letter for a peer that may be offline. The mailbox reads no letter. */
export interface Mailbox {
  readonly id: TransportId;
  /**
   * Leaves a letter, as it is at this call. Resolves when the keeper has it; the sender keeps it too, until the receiver's
   * own acknowledgement. Aborted: rejects with the signal's reason.
   * @param ttlMs how long it is wanted, in milliseconds: past it, it is not given. A keeper may round it up, and may let it go sooner
   * @throws SwarmError `OPTION_INVALID` (no peer id, an empty letter, no time, no name), `LETTER_TOO_LARGE`,
   *   `TRANSPORT_UNAVAILABLE` (the keeper is away), `MAILBOX_REFUSED` (it has no room: every mailbox is bounded)
   */
  deposit(to: PeerId, letter: Uint8Array, ttlMs: number, o: DepositOptions): Promise<void>;
  /**
   * Gives each letter for this node to `onLetter`, in any order, until the signal aborts; then resolves, and gives no more.
   * A letter is deleted once `onLetter` resolved, and given no second time; when it rejects or throws, the letter is kept,
   * holds up no other, and is given again later, to this collection or another.
   */
  collect(onLetter: (letter: Uint8Array) => void | Promise<void>, o: SignalOptions): Promise<void>;
}
