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
  /** Leaves a letter. Resolves when the keeper has it; the sender keeps it too, until the receiver's own acknowledgement. */
  deposit(to: PeerId, letter: Uint8Array, ttlMs: number, o: DepositOptions): Promise<void>;
  /**
   * Gives each letter for this node to `onLetter` until the signal aborts.
   * A letter is deleted once `onLetter` resolved; when it rejects, the letter is kept and given again later.
   */
  collect(onLetter: (letter: Uint8Array) => void | Promise<void>, o: SignalOptions): Promise<void>;
}
