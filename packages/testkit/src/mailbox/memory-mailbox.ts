import type { Clock, Mailbox, PeerId, TransportId } from "@swarm-space/core";
import type { Collector, KeptLetter, MailKeeper } from "./mail-keeper.ts";

export interface MemoryMailboxOptions {
  readonly keeper: MailKeeper;
  readonly id: TransportId;
  /** Whose letters are collected. */
  readonly peer: PeerId;
  /** The node's own clock: it stops with the node. */
  readonly clock: Clock;
  /** Aborts when the process dies: from then on nothing is given or told. */
  readonly death?: AbortSignal | undefined;
}

const againFirstMs = 500;
const againMostMs = 60_000;

/** A node's side of mailboxes in memory, for one run of the node. */
export function memoryMailbox({ keeper, id, peer, clock, death }: MemoryMailboxOptions): Mailbox {
  return {
    id,
    deposit(to, letter, ttlMs, { signal, name }) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const onAbort = () => reject(signal.reason);
      if (signal.aborted) onAbort();
      else signal.addEventListener("abort", onAbort, { once: true });
      // On its way it is the network's: the sender's death does not call it back.
      keeper.clock.timer(keeper.wayMs(), () => {
        try {
          if (!keeper.keep(to, letter, ttlMs, name)) return;
        } catch (error) {
          return void clock.timer(keeper.wayMs(), () => reject(error));
        }
        clock.timer(keeper.wayMs(), resolve);
      });
      return promise.finally(() => signal.removeEventListener("abort", onAbort));
    },
    collect(onLetter, { signal }) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const timers = new Set<Disposable>();
      const later = (delayMs: number, act: () => void) => {
        const timer = clock.timer(delayMs, () => {
          timers.delete(timer);
          act();
        });
        timers.add(timer);
      };
      let over = false;
      const give = async (letter: KeptLetter, failures: number): Promise<void> => {
        if (over || !keeper.has(letter)) return;
        let again: number | undefined;
        try {
          await onLetter(letter.bytes.slice());
          if (!isAlive()) return;
          if (keeper.taken(letter)) again = 0;
        } catch {
          again = failures + 1;
        }
        if (over || again === undefined) return;
        const next = again;
        later(Math.min(againFirstMs * 2 ** next, againMostMs), () => void give(letter, next));
      };
      const isAlive = () => death?.aborted !== true;
      const collector: Collector = {
        peer,
        wake: (letter) => later(keeper.wayMs() + keeper.holdMs(), () => void give(letter, 0)),
        lost: (reason) => end(() => reject(reason)),
      };
      const end = (tell: () => void) => {
        if (over) return;
        over = true;
        keeper.leave(collector);
        for (const timer of timers) timer[Symbol.dispose]();
        signal.removeEventListener("abort", onAbort);
        death?.removeEventListener("abort", onDeath);
        tell();
      };
      const onAbort = () => end(resolve);
      const onDeath = () => end(() => undefined);
      if (signal.aborted || !isAlive()) return Promise.resolve();
      signal.addEventListener("abort", onAbort, { once: true });
      death?.addEventListener("abort", onDeath, { once: true });
      try {
        for (const letter of keeper.join(collector)) collector.wake(letter);
      } catch (error) {
        end(() => reject(error));
      }
      return promise;
    },
  };
}
