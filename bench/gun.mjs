import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { row } from "./report.mjs";

const rounds = 5;
const letters = 100_000;
const messages = 20_000;
const trips = 300;

/** Letters of 100 bytes by one relay, beside a stock Gun client's messages of as many by the same relay. Sender, relay and receiver are processes. */
export async function gunRows({ progress }) {
  const relay = await start("gun-relay.mjs");
  const { url } = relay.first;
  const [sender, receiver, stockSender, stockReceiver] = await Promise.all(
    ["gun-letters.mjs", "gun-letters.mjs", "gun-stock.mjs", "gun-stock.mjs"].map((file) => start(file, url)),
  );
  const { peer } = receiver.first;
  stockReceiver.child.on("message", (told) => told.arrived && stockSender.child.send(told));
  await sender.ask({ kind: "connect", peer });
  const values = { letters: [], chain: [], raw: [], trip: [], chainTrip: [], rawTrip: [] };
  let soul = 0;
  for (let round = 0; round <= rounds; round++) {
    progress(`gun: round ${round} of ${rounds}`);
    const now = {};
    for (const way of ["chain", "raw"]) {
      const names = { way, soul: `bench${soul++}`, back: `bench${soul++}`, echo: `bench${soul++}` };
      await stockReceiver.ask({ ...names, kind: "hear", count: messages });
      now[way] = await stockSender.ask({ ...names, kind: "burst", count: messages });
      await stockReceiver.ask({ ...names, kind: "echo", soul: names.echo });
      now[`${way}Trip`] = await stockSender.ask({ ...names, kind: "trips", soul: names.echo, count: trips });
    }
    now.letters = await sender.ask({ kind: "burst", peer, count: letters });
    now.trip = await sender.ask({ kind: "trips", peer, count: trips });
    // The first round warms all sides.
    if (round > 0) for (const [name, value] of Object.entries(now)) values[name].push(value);
  }
  const heard = await receiver.ask({ kind: "heard" });
  if (heard !== (rounds + 1) * (letters + trips)) throw new Error(`${heard} letters were handled`);
  for (const each of [sender, receiver, stockSender, stockReceiver, relay]) await each.end();
  return [
    row({
      name: "letters",
      values: values.letters,
      unit: "letters/s",
      baseline: values.chain,
      goal: "≥ 5 × Gun's `map().on`",
      holds: (_, ratio) => ratio >= 5,
    }),
    row({
      name: "letters-raw",
      values: values.letters,
      unit: "letters/s",
      baseline: values.raw,
      goal: "≥ 2 × raw puts",
      holds: (_, ratio) => ratio >= 2,
    }),
    row({
      name: "roundtrip",
      values: values.trip,
      unit: "ms",
      baseline: values.chainTrip,
      goal: "≤ 1.3 × Gun's `map().on`",
      holds: (_, ratio) => ratio <= 1.3,
    }),
    row({
      name: "roundtrip-raw",
      values: values.trip,
      unit: "ms",
      baseline: values.rawTrip,
      goal: "≤ 1.3 × raw puts",
      holds: (_, ratio) => ratio <= 1.3,
    }),
  ];
}

/** A process of `support/`: what it said first, and its answers one at a time. */
async function start(file, ...args) {
  const child = fork(fileURLToPath(new URL(`support/${file}`, import.meta.url)), args, {
    // Gun greets on its standard output, which is the report's.
    stdio: ["ignore", 2, 2, "ipc"],
  });
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`${file} ended early with ${code}`);
  });
  const [first] = await Promise.race([once(child, "message"), ended]);
  let over = false;
  ended.catch(() => undefined);
  return {
    child,
    first,
    ask: async (order) => {
      const answer = new Promise((resolve) => {
        const onMessage = (told) => {
          if (!("done" in told)) return;
          child.off("message", onMessage);
          resolve(told.done);
        };
        child.on("message", onMessage);
      });
      child.send(order);
      return await Promise.race([answer, ended]);
    },
    end: async () => {
      if (over) return;
      over = true;
      const gone = once(child, "exit");
      child.disconnect();
      await gone;
    },
  };
}
