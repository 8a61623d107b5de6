import { expect, test } from "vitest";
import * as z from "zod";
import { definePlugin, use } from "../../src/assembly/define-plugin.ts";
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

test.each([
  ["names the peer that is proven to be its author: it is refused in the end", true, [{ offence: "signalInvalid" }]],
  ["names nobody: nobody is charged", false, []],
])("what a transport refuses of its signalling is counted by its code, and %s", async (_name, isProven, graylisted) => {
  await using bench = new Bench();
  const peer = "a".repeat(52);
  let refuse = () => {};
  const signals = definePlugin({
    id: "signals",
    api: 1,
    config: z.strictObject({}),
    setup({ events }) {
      refuse = () =>
        events.emit("frame:rejected", {
          ...{ transport: "pipe", remote: peer, code: "SIGNAL_INVALID", detail: "no signal" },
          ...(isProven ? { peer } : {}),
        });
    },
  });
  const works = new PipeWorks();
  const swarm = await bench.node(1, [works.plugin(), use(signals, {})]);
  const told: SwarmEvents["peer:graylisted"][] = [];
  swarm.on("peer:graylisted", (detail) => void told.push(detail));
  await bench.outcome(swarm.start());
  for (let time = 0; time < 5; time += 1) refuse();
  expect(swarm.getTransportStatus().health.get(works.id)?.rejected).toEqual(new Map([["SIGNAL_INVALID", 5]]));
  expect(told).toMatchObject(graylisted);
});
