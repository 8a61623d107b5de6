/**
 * An unmodified Gun client in a process of its own, by the same relay. Ways to send and to hear:
 * - chain: `get(soul).get(key).put(value)`, heard by `map().on`
 * - raw: a put said to the wire, heard as each key is put
 * Every message has a random id and a random key; so many are under way at most, so that none is lost to a full buffer.
 */
import process from "node:process";
import Gun from "gun/gun.js";
import WebSocket from "ws";
import { median } from "../report.mjs";
import { roundTrips } from "./round-trips.mjs";

const value = "x".repeat(100);
/** The other side says how many it has after so many. */
const everyMessages = 200;
const window = 2_000;

const gun = new Gun({ peers: [process.argv[2]], WebSocket, localStorage: false });
const root = gun._;
const name = () => String.random(12);

const put = {
  chain: (soul, key) => void gun.get(soul).get(key).put(value),
  raw: (soul, key) => {
    const node = { _: { "#": soul, ">": { [key]: 1 } }, [key]: value };
    root.on("out", { "#": name(), put: { [soul]: node } });
  },
};

const hear = {
  chain: (soul, onKey) =>
    void gun
      .get(soul)
      .map()
      .on((_, key) => onKey(key)),
  raw: (soul, onKey) => {
    root.on("put", function (message) {
      this.to.next(message);
      if (message.put["#"] === soul) onKey(message.put["."]);
    });
    root.on("out", { "#": name(), get: { "#": soul } });
  },
};

let credit = Promise.withResolvers();
let arrived = 0;

const orders = {
  /** Hears a soul until all are there, each key once; says so as it goes. */
  hear: ({ way, soul, count }) => {
    const keys = new Set();
    hear[way](soul, (key) => {
      if (keys.has(key)) return;
      keys.add(key);
      if (keys.size % everyMessages === 0 || keys.size === count) process.send({ arrived: keys.size });
    });
  },
  /** Gives back what comes to one soul by another. */
  echo: ({ way, soul, back }) => {
    const keys = new Set();
    hear[way](soul, (key) => {
      if (keys.has(key)) return;
      keys.add(key);
      put[way](back, key);
    });
  },
  burst: async ({ way, soul, count }) => {
    arrived = 0;
    const started = performance.now();
    for (let sent = 0; sent < count; ) {
      for (; sent < count && sent < arrived + window; sent++) put[way](soul, name());
      if (sent < count) await credit.promise;
    }
    while (arrived < count) await credit.promise;
    return (count * 1000) / (performance.now() - started);
  },
  trips: async ({ way, soul, back, count }) => {
    const waiting = new Map();
    hear[way](back, (key) => waiting.get(key)?.());
    const trips = await roundTrips(count, async () => {
      const key = name();
      const { promise, resolve } = Promise.withResolvers();
      waiting.set(key, resolve);
      put[way](soul, key);
      await promise;
    });
    return median(trips);
  },
};

process.on("message", async (order) => {
  if (order.arrived !== undefined) {
    arrived = order.arrived;
    credit.resolve();
    credit = Promise.withResolvers();
  } else process.send({ done: (await orders[order.kind](order)) ?? null });
});
process.on("disconnect", () => process.exit());
root.on("hi", function (peer) {
  this.to.next(peer);
  process.send({ up: true });
});
