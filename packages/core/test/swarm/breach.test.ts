import { expect, test } from "vitest";
import * as z from "zod";
import type { SwarmEvents } from "../../src/ports/events.ts";
import { Bench, type PipeEnd, PipeWorks } from "../support/pipes.ts";

const channel = { name: "test", schema: z.unknown() };

/** Two linked nodes over a medium that says of the second that it broke its rules. @param binding what ties each connection to its signalling */
async function linked(bench: Bench, binding?: Uint8Array) {
  const works = new PipeWorks();
  const a = await bench.node(1, [works.plugin()]);
  const b = await bench.node(2, [works.plugin()]);
  b.channel(channel).onMessage(() => {});
  const [rejected, graylisted]: [SwarmEvents["frame:rejected"][], SwarmEvents["peer:graylisted"][]] = [[], []];
  a.on("frame:rejected", (detail) => void rejected.push(detail));
  a.on("peer:graylisted", (detail) => void graylisted.push(detail));
  if (binding) works.tricks = { binding };
  await bench.outcome(Promise.all([a.start(), b.start()]));
  const lane = a.channel(channel);
  const send = () => bench.outcome(lane.send(b.id, 0, { ttlMs: 3_600_000 }));
  await send();
  const ofA = (end: PipeEnd) => end.remote === b.id;
  return {
    rejected,
    graylisted,
    send,
    failures: () => a.getTransportStatus().health.get(works.id)?.failureCount,
    async breach() {
      await bench.clock.advance(5_000);
      for (const end of [...works.ends].filter(ofA)) end.end({ by: "protocol", detail: "a message was no bytes" });
      for (const end of [...works.ends]) end.end({ by: "lost", detail: "gone" });
      await bench.clock.advance(0);
    },
  };
}

test("a medium that says so is heard: typed, told, charged to the way, and the letters go on by a new link", async () => {
  await using bench = new Bench();
  const { rejected, failures, send, breach } = await linked(bench);
  expect(failures()).toBe(0);
  await breach();
  expect(rejected).toMatchObject([{ transport: "pipe", code: "FRAME_INVALID", detail: "a message was no bytes" }]);
  expect(failures()).toBe(1);
  await send();
});

test.each([
  ["bound to its signalling: the peer itself did it, and is refused in the end", new Uint8Array([1]), 1],
  ["not bound: whoever carries may have, and the peer is not charged", undefined, 0],
])("%s", async (_name, binding, peers) => {
  await using bench = new Bench();
  const { graylisted, send, breach } = await linked(bench, binding);
  for (let time = 0; time < 8 && graylisted.length === 0; time += 1) {
    await breach();
    if (graylisted.length === 0) await send();
  }
  expect(graylisted.filter(({ peer }) => peer !== undefined)).toHaveLength(peers);
});
