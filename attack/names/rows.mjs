import { once } from "node:events";
import { systemClock, systemRandom } from "@swarm-space/core";
import { createGunClient } from "@swarm-space/gun-driver";
import { dialNode } from "@swarm-space/gun-driver/relay";
import { WebSocket, WebSocketServer } from "ws";
import { row } from "../../bench/report.mjs";
import { hostileFrames } from "../../packages/gun-driver/test/hostile-frames.ts";
import { Process } from "../support/process.mjs";

/** Parts of the suite. */
export const nameParts = ["guarded", "bare"];

/** The whole corpus against a relay and a client, with the guard and without. */
export async function nameRows({ progress, only = nameParts, maxDeaths = 12 }) {
  const rows = [];
  for (const isAblated of only.map((part) => part === "bare")) {
    for (const what of ["relay", "client"]) {
      progress(`names: ${what}${isAblated ? " without its guard" : ""}`);
      const outcome = await (what === "relay" ? againstRelay : againstClient)(isAblated, maxDeaths);
      rows.push(...(isAblated ? harmRows : soundRows)(what, outcome));
    }
  }
  return rows.map((each) => ({ ...each, tries: hostileFrames.length }));
}

function soundRows(what, { died, served, health }) {
  const zero = (value) => value === 0;
  return [
    row({ name: `${what} died`, values: [died], unit: `of ${hostileFrames.length} frames`, goal: "0", holds: zero }),
    row({
      name: `${what} served`,
      values: [served],
      unit: "honest put after",
      goal: "1",
      holds: (value) => value === 1,
    }),
    row({ name: `${what} errors`, values: [health?.errors ?? 1], unit: "thrown by Gun", goal: "0", holds: zero }),
    row({
      name: `${what} polluted`,
      values: [health?.isPolluted === false ? 0 : 1],
      unit: "prototypes",
      goal: "0",
      holds: zero,
    }),
  ];
}

function harmRows(what, { died, killers, served, health }) {
  const harm = died > 0 || served === 0 || health?.isPolluted === true ? 1 : 0;
  // Gun's throws are contained at a client, so there the harm is to prototypes, which all code of the process shares.
  const shown = what === "relay" ? died : harm;
  const unit = what === "relay" ? "died without its guard" : "harmed without its guard";
  return [
    {
      ...row({ name: `${what} bare`, values: [shown], unit, goal: "≥ 1", holds: (value) => value >= 1 }),
      killers,
      served,
      health,
    },
  ];
}

/** Each frame on a connection of its own; then what one honest client puts must reach another. A relay that dies is started anew. */
async function againstRelay(ablated, maxDeaths) {
  const killers = [];
  let target = await RelayTarget.start(ablated);
  try {
    for (const [name, frame] of hostileFrames) {
      await target.meet(frame);
      if (!target.isDead) continue;
      killers.push(name);
      if (killers.length >= maxDeaths) break;
      target = await RelayTarget.start(ablated);
    }
    const served = await target.serves();
    return { died: killers.length, killers, served, health: await target.health() };
  } finally {
    await target.end();
  }
}

class RelayTarget {
  isDead = false;
  #process;
  #url;

  static async start(ablated) {
    const made = new RelayTarget();
    made.#process = new Process("names/target.mjs", { what: "relay", ablated }, { quiet: ablated });
    void made.#process.exited.then(() => {
      made.isDead = true;
    });
    made.#url = await made.#process.ask("where");
    return made;
  }

  /** One frame, and the time to die of it. */
  async meet(frame) {
    const socket = new WebSocket(this.#url);
    socket.on("error", () => {});
    socket.on("open", () => {
      socket.send(frame);
      socket.close();
    });
    await new Promise((resolve) => socket.on("close", resolve));
    // Whoever answers a question lives.
    await this.health();
  }

  async health() {
    if (this.isDead) return undefined;
    try {
      return await this.#process.ask("health");
    } catch {
      this.isDead = true;
      return undefined;
    }
  }

  async serves() {
    if (this.isDead) return 0;
    const parts = { clock: systemClock(), random: systemRandom(), dial: dialNode, relays: [this.#url] };
    const [from, to] = [createGunClient(parts), createGunClient(parts)];
    const arrived = new Promise((resolve) => to.subscribe("honest soul", () => resolve(1)));
    const up = new Promise((resolve) => from.onRelay((status) => status.up && resolve()));
    for (const client of [from, to]) client.open();
    await Promise.race([up, sleep(2_000)]);
    from.put(this.#url, "honest soul", [{ key: "key", value: "value", state: 1 }]);
    const served = await Promise.race([arrived, sleep(2_000, 0)]);
    await Promise.all([from.close(), to.close()]);
    return served;
  }

  end() {
    return this.#process[Symbol.asyncDispose]();
  }
}

/** All frames from the relay that the client dialled; then an honest put for the soul that it asked for. */
async function againstClient(ablated) {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(server, "listening");
  const url = `ws://127.0.0.1:${server.address().port}/gun`;
  const connected = once(server, "connection");
  await using target = new Process("names/target.mjs", { what: "client", url, ablated }, { quiet: ablated });
  let died = 0;
  void target.exited.then(() => {
    died = 1;
  });
  const [socket] = await connected;
  const killers = [];
  let health;
  for (const [name, frame] of hostileFrames) {
    if (died) break;
    socket.send(frame);
    const now = await target.ask("health").catch(() => undefined);
    if (now === undefined || now.isPolluted !== (health?.isPolluted ?? false)) killers.push(name);
    health = now;
  }
  await sleep(100);
  const node = { _: { "#": "soul", ">": { honest: 1 } }, honest: "v" };
  socket.send(JSON.stringify({ "#": "honest0001", put: { soul: node } }));
  let served = 0;
  for (let waited = 0; waited < 40 && served === 0 && !died; waited++) {
    served = Number(await target.ask("heard", { key: "honest" }).catch(() => false));
    await sleep(50);
  }
  if (!died) health = await target.ask("health").catch(() => undefined);
  for (const each of server.clients) each.terminate();
  server.close();
  return { died, killers, served, health };
}

function sleep(ms, value) {
  return new Promise((resolve) => setTimeout(resolve, ms, value));
}
