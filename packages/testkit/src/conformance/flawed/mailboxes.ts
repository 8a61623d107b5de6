import type { Clock, Mailbox } from "@swarm-space/core";
import { after, never, overlay } from "./altered-transport.ts";

/** A mailbox that breaks one promise, and the check that must tell. */
export interface FlawedMailbox {
  /** What it does, as "forgets a letter that is refused". */
  readonly flaw: string;
  /** The promise whose check goes red. */
  readonly caughtBy: string;
  spoil(sound: Mailbox, o: { readonly clock: Clock }): Partial<Mailbox>;
}

/** The sound mailbox with a flaw. */
export function spoilMailbox(sound: Mailbox, { spoil }: FlawedMailbox, o: { readonly clock: Clock }): Mailbox {
  const build = (): Mailbox => ({
    id: sound.id,
    deposit: (to, letter, ttlMs, more) => sound.deposit(to, letter, ttlMs, more),
    collect: (onLetter, more) => sound.collect(onLetter, more),
  });
  return overlay(build, spoil(build(), o));
}

/** A zoo: each breaks one promise of the `Mailbox` port. */
export const flawedMailboxes: readonly FlawedMailbox[] = Object.freeze([
  {
    flaw: "forgets a letter that is refused",
    caughtBy: "a letter that is refused is kept, and given again until it is taken",
    spoil: (sound) => ({
      collect: (onLetter, o) =>
        sound.collect(async (letter) => {
          await Promise.resolve(onLetter(letter)).catch(() => undefined);
        }, o),
    }),
  },
  {
    flaw: "takes a throw for a letter that was taken",
    caughtBy: "a reader that throws within its call refuses the letter, as one that rejects",
    spoil: (sound) => ({
      collect: (onLetter, o) =>
        sound.collect((letter) => {
          try {
            return onLetter(letter);
          } catch {
            return undefined;
          }
        }, o),
    }),
  },
  {
    flaw: "gives every letter twice",
    caughtBy: "a letter is given to the peer that it was left for, once",
    spoil: (sound) => ({
      collect: (onLetter, o) =>
        sound.collect(async (letter) => {
          await onLetter(letter);
          await onLetter(letter);
        }, o),
    }),
  },
  {
    flaw: "keeps what was taken",
    caughtBy: "a letter that was taken is not given again, neither now nor to a later collection",
    spoil: (sound) => ({
      collect: (onLetter, o) =>
        sound.collect(async (letter) => {
          await onLetter(letter);
          await never();
        }, o),
    }),
  },
  {
    flaw: "gives a refused letter again and again before the others",
    caughtBy: "a letter that is refused holds up no other",
    spoil: (sound, { clock }) => ({
      collect(onLetter, o) {
        let turn: Promise<void> = Promise.resolve();
        const untilTaken = async (letter: Uint8Array): Promise<void> => {
          while (!o.signal.aborted) {
            try {
              return await onLetter(letter);
            } catch {
              await after(clock, 20);
            }
          }
          throw new Error("nobody collects any more");
        };
        return sound.collect((letter) => {
          turn = turn.then(
            () => untilTaken(letter),
            () => untilTaken(letter),
          );
          return turn;
        }, o);
      },
    }),
  },
  {
    flaw: "loses every fifth letter, and says that it has it",
    caughtBy: "all letters come, in whatever order, also equal ones",
    spoil(sound) {
      let count = 0;
      return {
        deposit: async (to, letter, ttlMs, o) => {
          count += 1;
          if (count % 5 !== 0) await sound.deposit(to, letter, ttlMs, o);
        },
      };
    },
  },
  {
    flaw: "takes equal letters for one",
    caughtBy: "all letters come, in whatever order, also equal ones",
    spoil: (sound) => ({
      deposit: (to, letter, ttlMs, o) =>
        sound.deposit(to, letter, ttlMs, { ...o, name: o.name ?? `equal-${letter.join("-").slice(0, 50)}` }),
    }),
  },
  {
    flaw: "knows no names",
    caughtBy: "a letter that is left again under its name takes the place of the one before",
    spoil: (sound) => ({ deposit: (to, letter, ttlMs, { signal }) => sound.deposit(to, letter, ttlMs, { signal }) }),
  },
  {
    flaw: "keeps letters for ever",
    caughtBy: "a letter past its time is not given",
    spoil: (sound) => ({
      deposit: (to, letter, ttlMs, o) => sound.deposit(to, letter, ttlMs * 1_000, o),
    }),
  },
  {
    flaw: "does not end when it is told to",
    caughtBy: "`collect` resolves when its signal aborts, and gives nothing afterwards",
    spoil: (sound) => ({ collect: (onLetter, o) => sound.collect(onLetter, o).then(() => never()) }),
  },
  {
    flaw: "goes on collecting after its end",
    caughtBy: "`collect` resolves when its signal aborts, and gives nothing afterwards",
    spoil: (sound) => ({
      async collect(onLetter, o) {
        void sound.collect(onLetter, { signal: new AbortController().signal });
        await sound.collect(() => undefined, o);
      },
    }),
  },
  {
    flaw: "leaves a letter though it was called off",
    caughtBy: "`deposit` with a signal that has aborted rejects with the signal's reason, and leaves nothing",
    spoil: (sound) => ({
      async deposit(to, letter, ttlMs, o) {
        await sound.deposit(to, letter, ttlMs, { ...o, signal: new AbortController().signal });
        o.signal.throwIfAborted();
      },
    }),
  },
  {
    flaw: "cuts a letter that is too large",
    caughtBy: "a letter beyond the largest size is refused by LETTER_TOO_LARGE",
    spoil: (sound) => ({
      deposit: (to, letter, ttlMs, o) => sound.deposit(to, letter.subarray(0, 65_536), ttlMs, o),
    }),
  },
  {
    flaw: "takes a letter for text",
    caughtBy: "letters of one byte and of the largest size come unchanged, with every byte",
    spoil: (sound) => ({
      collect: (onLetter, o) =>
        sound.collect((letter) => onLetter(new TextEncoder().encode(new TextDecoder().decode(letter))), o),
    }),
  },
  {
    flaw: "takes any time to live",
    caughtBy: "nonsense is refused by OPTION_INVALID: no peer id, no letter, no time, no name",
    spoil: (sound) => ({
      deposit: (to, letter, ttlMs, o) => sound.deposit(to, letter, ttlMs > 0 ? ttlMs : 1_000, o),
    }),
  },
] satisfies readonly FlawedMailbox[]);
