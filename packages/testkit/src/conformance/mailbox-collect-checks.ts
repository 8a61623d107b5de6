import { expectEqual } from "./expectation.ts";
import type { MailboxCheck } from "./mailbox-check.ts";
import { upTo } from "./transport-stage.ts";

/** Letters on their way to one who collects. */
export const collectChecks: readonly MailboxCheck[] = [
  {
    promise: "a letter is given to the peer that it was left for, once",
    async run(stage) {
      const [from, to] = [await stage.open(), await stage.open()];
      const mail = stage.collect(to);
      await stage.leave(from, to.peer, "hello");
      await stage.until(() => mail.taken.length > 0, "the letter is given");
      await stage.quiet();
      expectEqual(mail.calls, ["hello"], "letters given");
    },
  },
  {
    promise: "a letter waits for a peer that is away, and for a sender that leaves meanwhile",
    async run(stage) {
      const peer = stage.harness.newPeer();
      const from = await stage.open();
      await stage.leave(from, peer, "for later");
      await from.close();
      const mail = stage.collect(await stage.open(peer));
      await stage.until(() => mail.taken.length > 0, "the letter is given");
      expectEqual(mail.calls, ["for later"], "letters given");
    },
  },
  {
    promise: "letters are given to none but their peer",
    async run(stage) {
      const [from, to, third] = [await stage.open(), await stage.open(), await stage.open()];
      const others = [stage.collect(third), stage.collect(from)];
      const mail = stage.collect(to);
      await stage.leave(from, to.peer, "private");
      await stage.until(() => mail.taken.length > 0, "the letter is given");
      await stage.quiet();
      expectEqual(
        others.flatMap(({ calls }) => calls),
        [],
        "letters given to others",
      );
    },
  },
  {
    promise: "all letters come, in whatever order, also equal ones",
    async run(stage) {
      const [from, peer] = [await stage.open(), stage.harness.newPeer()];
      const letters = [...upTo(30).map((number) => `letter ${number}`), "same", "same"];
      for (const letter of letters) await stage.leave(from, peer, letter);
      const mail = stage.collect(await stage.open(peer));
      await stage.until(() => mail.taken.length >= letters.length, "every letter is given");
      await stage.quiet();
      expectEqual(mail.calls.toSorted(), letters.toSorted(), "letters given");
    },
  },
  {
    promise: "a letter that was taken is not given again, neither now nor to a later collection",
    async run(stage) {
      const [from, to] = [await stage.open(), await stage.open()];
      const first = stage.collect(to);
      await stage.leave(from, to.peer, "once");
      await stage.until(() => first.taken.length > 0, "the letter is given");
      await stage.quiet();
      await first.end();
      const second = stage.collect(to);
      await stage.leave(from, to.peer, "another");
      await stage.until(() => second.taken.length > 0, "the next letter is given");
      await stage.quiet();
      expectEqual([first.calls, second.calls], [["once"], ["another"]], "letters by collection");
    },
  },
  {
    promise: "a letter that was taken is gone from the keeper",
    needs: "kept",
    async run(stage) {
      const [from, peer] = [await stage.open(), stage.harness.newPeer()];
      await stage.leave(from, peer, "one");
      await stage.leave(from, peer, "two");
      expectEqual(stage.harness.kept?.(), 2, "letters kept before");
      const mail = stage.collect(await stage.open(peer), (letter) => letter === "two");
      await stage.until(() => mail.taken.length > 0, "a letter is taken");
      await stage.until(() => stage.harness.kept?.() === 1, "what was taken is gone");
      await stage.quiet();
      expectEqual(stage.harness.kept?.(), 1, "letters kept: the one that is refused");
    },
  },
  {
    promise: "a letter that is refused is kept, and given again until it is taken",
    long: true,
    async run(stage) {
      const [from, to] = [await stage.open(), await stage.open()];
      const mail = stage.collect(to, (_letter, times) => times <= 2);
      await stage.leave(from, to.peer, "stubborn");
      await stage.until(() => mail.taken.length > 0, "the letter is taken at last");
      await stage.quiet();
      expectEqual([mail.calls.length, mail.taken], [3, ["stubborn"]], "how often it was given, and taken");
    },
  },
  {
    promise: "a reader that throws within its call refuses the letter, as one that rejects",
    long: true,
    async run(stage) {
      const [from, to] = [await stage.open(), await stage.open()];
      let calls = 0;
      const abort = new AbortController();
      const ended = to.mailbox.collect(
        () => {
          calls += 1;
          if (calls === 1) throw new Error("not now, on purpose");
        },
        { signal: abort.signal },
      );
      await stage.leave(from, to.peer, "thrown at");
      await stage.until(() => calls >= 2, "the letter is given again");
      abort.abort();
      await stage.within(ended, "collect, after the abort");
    },
  },
  {
    promise: "a letter that is refused waits for a later collection, also of the same peer elsewhere",
    async run(stage) {
      const [from, to] = [await stage.open(), await stage.open()];
      const first = stage.collect(to, () => true);
      await stage.leave(from, to.peer, "refused");
      await stage.until(() => first.calls.length > 0, "the letter is given");
      await first.end();
      await to.close();
      const second = stage.collect(await stage.open(to.peer));
      await stage.until(() => second.taken.length > 0, "the letter is given to the later collection");
      expectEqual(second.taken, ["refused"], "letters taken later");
    },
  },
  {
    promise: "a letter that is refused holds up no other",
    async run(stage) {
      const [from, to] = [await stage.open(), await stage.open()];
      const mail = stage.collect(to, (letter) => letter === "bad");
      await stage.leave(from, to.peer, "bad");
      for (const letter of ["one", "two", "three"]) await stage.leave(from, to.peer, letter);
      await stage.until(() => mail.taken.length >= 3, "the others are given");
      expectEqual(mail.taken.toSorted(), ["one", "three", "two"], "letters taken");
    },
  },
  {
    promise: "`collect` resolves when its signal aborts, and gives nothing afterwards",
    async run(stage) {
      const [from, to] = [await stage.open(), await stage.open()];
      const mail = stage.collect(to);
      await stage.leave(from, to.peer, "before");
      await stage.until(() => mail.taken.length > 0, "the letter is given");
      await mail.end();
      await stage.leave(from, to.peer, "after");
      await stage.quiet();
      expectEqual(mail.calls, ["before"], "letters given");
      const next = stage.collect(to);
      await stage.until(() => next.taken.length > 0, "a letter that came between is given later");
    },
  },
  {
    promise: "`collect` with a signal that has aborted resolves, and gives nothing",
    async run(stage) {
      const [from, peer] = [await stage.open(), stage.harness.newPeer()];
      await stage.leave(from, peer, "waiting");
      const to = await stage.open(peer);
      const given: Uint8Array[] = [];
      const ended = to.mailbox.collect((letter) => void given.push(letter), { signal: AbortSignal.abort() });
      await stage.within(ended, "collect with an aborted signal");
      await stage.quiet();
      expectEqual(given.length, 0, "letters given");
    },
  },
  {
    promise: "rubbish that a stranger leaves is not given, and holds up no letter",
    needs: "rubbish",
    async run(stage) {
      const [from, to] = [await stage.open(), await stage.open()];
      await stage.harness.throwRubbish?.(to.peer);
      const mail = stage.collect(to);
      await stage.leave(from, to.peer, "honest");
      await stage.until(() => mail.taken.length > 0, "the letter is given");
      await stage.quiet();
      expectEqual(mail.calls, ["honest"], "letters given");
    },
  },
];
