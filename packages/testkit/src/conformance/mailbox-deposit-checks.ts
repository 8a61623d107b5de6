import { expectCode, expectEqual, expectReason, expectTrue, sameBytes } from "./expectation.ts";
import type { MailboxCheck } from "./mailbox-check.ts";

/** What may be left, for how long, and what is refused. */
export const depositChecks: readonly MailboxCheck[] = [
  {
    promise: "letters of one byte and of the largest size come unchanged, with every byte",
    async run(stage) {
      const [from, peer] = [await stage.open(), stage.harness.newPeer()];
      const letters = [1, 256, stage.harness.maxLetterBytes].map((length) =>
        Uint8Array.from({ length }, (_, at) => (at * 31 + length) & 0xff),
      );
      for (const letter of letters) await stage.leave(from, peer, letter);
      const given: Uint8Array[] = [];
      const abort = new AbortController();
      const to = await stage.open(peer);
      const ended = to.mailbox.collect((letter) => void given.push(letter), { signal: abort.signal });
      await stage.until(() => given.length >= letters.length, "every letter is given");
      abort.abort();
      await stage.within(ended, "collect, after the abort");
      const found = given.toSorted((one, other) => one.length - other.length);
      expectTrue(
        letters.every((letter, at) => sameBytes(letter, found[at])),
        "every byte of every letter",
      );
    },
  },
  {
    promise: "a letter is what it was when it was left, though its array changes afterwards",
    async run(stage) {
      const [from, peer] = [await stage.open(), stage.harness.newPeer()];
      const letter = new TextEncoder().encode("--letter--").subarray(2, 8);
      const left = stage.leave(from, peer, letter);
      await left;
      letter.fill(0);
      const mail = stage.collect(await stage.open(peer));
      await stage.until(() => mail.taken.length > 0, "the letter is given");
      expectEqual(mail.taken, ["letter"], "letters given");
    },
  },
  {
    promise: "`deposit` with a signal that has aborted rejects with the signal's reason, and leaves nothing",
    async run(stage) {
      const [from, to] = [await stage.open(), await stage.open()];
      const reason = new Error("called off");
      const left = stage.leave(from, to.peer, "never", { signal: AbortSignal.abort(reason) });
      await expectReason(left, reason, "an aborted deposit");
      const mail = stage.collect(to);
      await stage.quiet();
      expectEqual(mail.calls, [], "letters given");
    },
  },
  {
    promise: "a letter that is left again under its name takes the place of the one before",
    async run(stage) {
      const [from, peer] = [await stage.open(), stage.harness.newPeer()];
      for (let times = 0; times < 3; times += 1) await stage.leave(from, peer, "again", { name: "same-name" });
      await stage.leave(from, peer, "other", { name: "other-name" });
      const mail = stage.collect(await stage.open(peer));
      await stage.until(() => mail.taken.length >= 2, "both letters are given");
      await stage.quiet();
      expectEqual(mail.calls.toSorted(), ["again", "other"], "letters given");
    },
  },
  {
    promise: "a letter past its time is not given",
    needs: "skip",
    async run(stage) {
      const [from, peer] = [await stage.open(), stage.harness.newPeer()];
      await stage.leave(from, peer, "brief", { ttlMs: 60_000 });
      await stage.leave(from, peer, "long", { ttlMs: 6_000_000 });
      stage.harness.skipMs?.(300_000);
      const mail = stage.collect(await stage.open(peer));
      await stage.until(() => mail.taken.length > 0, "the letter within its time is given");
      await stage.quiet();
      expectEqual(mail.calls, ["long"], "letters given");
    },
  },
  {
    promise: "nonsense is refused by OPTION_INVALID: no peer id, no letter, no time, no name",
    async run(stage) {
      const from = await stage.open();
      const peer = stage.harness.newPeer();
      for (const to of ["", "__proto__", "1".repeat(52), "a".repeat(51)])
        await expectCode(() => stage.leave(from, to, "x"), ["OPTION_INVALID"], `to ${JSON.stringify(to)}`);
      for (const ttlMs of [Number.NaN, 0, -1, Number.POSITIVE_INFINITY])
        await expectCode(() => stage.leave(from, peer, "x", { ttlMs }), ["OPTION_INVALID"], `a ttl of ${ttlMs}`);
      for (const name of ["", "short", "x".repeat(65), "with space in"])
        await expectCode(() => stage.leave(from, peer, "x", { name }), ["OPTION_INVALID"], `the name "${name}"`);
      await expectCode(() => stage.leave(from, peer, ""), ["OPTION_INVALID"], "an empty letter");
    },
  },
  {
    promise: "a letter beyond the largest size is refused by LETTER_TOO_LARGE",
    async run(stage) {
      const [from, to] = [await stage.open(), await stage.open()];
      const letter = new Uint8Array(stage.harness.maxLetterBytes + 1);
      await expectCode(() => stage.leave(from, to.peer, letter), ["LETTER_TOO_LARGE"], "a letter of one byte too many");
      const mail = stage.collect(to);
      await stage.quiet();
      expectEqual(mail.calls, [], "letters given");
    },
  },
  {
    promise: "a mailbox is bounded: beyond, a letter is refused by MAILBOX_REFUSED, and those that lie there stay",
    needs: "full",
    async run(stage) {
      const [from, peer] = [await stage.open(), stage.harness.newPeer()];
      let left = 0;
      let error: unknown;
      while (error === undefined) {
        if (left > stage.limits.mostLetters) throw new Error(`${left} letters were taken, and none was refused`);
        error = await stage.leave(from, peer, `letter ${left}`).then(
          () => undefined,
          (reason: unknown) => reason,
        );
        if (error === undefined) left += 1;
      }
      await expectCode(() => Promise.reject(error), ["MAILBOX_REFUSED"], "one letter too many");
      const mail = stage.collect(await stage.open(peer));
      await stage.until(() => mail.taken.length >= left, "every letter that was taken is given");
      expectEqual(mail.calls.length, left, "letters given");
    },
  },
  {
    promise:
      "while the keeper is away a letter is refused by TRANSPORT_UNAVAILABLE; once it is back, letters are taken",
    needs: "away",
    async run(stage) {
      const [from, to] = [await stage.open(), await stage.open()];
      const back = await stage.harness.takeKeeperAway?.();
      const codes = ["TRANSPORT_UNAVAILABLE"];
      await expectCode(() => stage.leave(from, to.peer, "away"), codes, "a letter while the keeper is away");
      await back?.();
      const mail = stage.collect(to);
      let isLeft = false;
      for (let tries = 0; !isLeft && tries < 100; tries += 1) {
        isLeft = await stage.leave(from, to.peer, "back").then(
          () => true,
          () => false,
        );
        if (!isLeft) await stage.quiet();
      }
      await stage.until(() => mail.taken.includes("back"), "a letter is given once the keeper is back");
    },
  },
];
