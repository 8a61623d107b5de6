import {
  type FlawedMailbox,
  flawedMailboxes,
  type MailboxHarness,
  mailboxChecks,
  runMailboxCheck,
  spoilMailbox,
  virtualTime,
} from "@swarm-space/testkit/conformance";
import { describe, expect, it } from "vitest";
import { MemoryMailboxes, SeededRandom, VirtualClock } from "../src/index.ts";

function harness(flawed?: FlawedMailbox): MailboxHarness {
  const clock = new VirtualClock();
  const random = new SeededRandom(1);
  const keeper = new MemoryMailboxes({ clock });
  const newPeer = () => `${Array.from(random.bytes(51), (byte) => String.fromCharCode(97 + (byte % 26))).join("")}a`;
  return {
    open(peer = newPeer()) {
      const sound = keeper.of(peer);
      const mailbox = flawed === undefined ? sound : spoilMailbox(sound, flawed, { clock });
      return { peer, mailbox, close: () => undefined };
    },
    newPeer,
    maxLetterBytes: keeper.maxLetterBytes,
    time: virtualTime(clock),
    kept: () => keeper.size,
    skipMs: (ms) => clock.stepWall(ms),
    dispose: () => undefined,
  };
}

describe("the mailbox suite", () => {
  it.each(flawedMailboxes)("is red on a mailbox that $flaw", async (flawed) => {
    const check = mailboxChecks.find(({ promise }) => promise === flawed.caughtBy);
    expect(check, `a check of the name "${flawed.caughtBy}"`).toBeDefined();
    if (check === undefined) return;
    await expect(runMailboxCheck(check, () => harness(flawed))).rejects.toThrow();
    await runMailboxCheck(check, () => harness());
  });

  it("has at least 20 checks, and its zoo at least 4 flaws, each of its own name", () => {
    expect(mailboxChecks.length).toBeGreaterThanOrEqual(20);
    expect(new Set(mailboxChecks.map(({ promise }) => promise)).size).toBe(mailboxChecks.length);
    expect(flawedMailboxes.length).toBeGreaterThanOrEqual(4);
    expect(new Set(flawedMailboxes.map(({ flaw }) => flaw)).size).toBe(flawedMailboxes.length);
  });
});
