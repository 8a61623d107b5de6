import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { systemClock, systemRandom } from "@swarm-space/core";
import { dialNode } from "@swarm-space/gun-driver/relay";
import { IdSource } from "../packages/gun-driver/dist/id-source.js";
import { RelayLink } from "../packages/gun-driver/dist/relay-link.js";
import { crowdingOf } from "../sim/herd/crowding.ts";
import { percentile, row } from "./report.mjs";

const links = 1_000;
const mostPeak = 2;
/** Without jitter all have dialled again shortly before, and come next at 5.8 s. */
const awayMs = 3_400;
const patienceMs = 30_000;
/** As `@swarm-space/transport-gun` has them. */
const times = { dialTimeoutMs: 5_000, heartbeatMs: 10_000, backoff: { baseMs: 200, capMs: 3_000 } };

/** A real relay is killed and started again; as many links as shipped hang on it, each with a socket of its own. */
export async function herdRows({ progress }) {
  const shipped = await comeBack(systemRandom());
  progress(`herd: ${shipped.sockets.perSecond.join(" ")} sockets a second at the relay, from its return`);
  const own = systemRandom();
  const steady = await comeBack({ bytes: (length) => own.bytes(length), float: () => 1 });
  progress(`herd: without jitter ${steady.sockets.perSecond.join(" ")}`);
  const ms = (name, share, goal, most) =>
    row({
      name,
      values: [percentile(shipped.upMs, share)],
      unit: "ms from the return",
      goal,
      holds: (value) => value <= most,
    });
  return [
    row({
      name: "sockets, peak over mean",
      values: [shipped.sockets.peakOverMean],
      unit: "times",
      goal: `≤ ${mostPeak}`,
      holds: (value) => value <= mostPeak,
    }),
    row({ name: "sockets, most in 1 s", values: [shipped.sockets.peak], unit: `of ${links}` }),
    row({ name: "sockets, most in 0.1 s", values: [shipped.sockets.peakOfTenth], unit: `of ${links}` }),
    ms("linked, p50", 0.5, "≤ 2,000", 2_000),
    ms("linked, p95", 0.95, "≤ 10,000", 10_000),
    row({ name: "away", values: [shipped.awayMs], unit: "ms" }),
    row({
      name: "ablation: no jitter",
      values: [steady.sockets.peakOverMean],
      unit: "times, sockets",
      goal: `> ${mostPeak}`,
      holds: (value) => value > mostPeak,
    }),
  ];
}

async function comeBack(random) {
  const clock = systemClock();
  const ids = new IdSource(random);
  const up = new Map();
  let relay = await (await makeRelay(0))();
  const herd = Array.from(
    { length: links },
    (_, at) =>
      new RelayLink({
        url: `ws://127.0.0.1:${relay.port}/gun`,
        dial: dialNode,
        clock,
        random,
        ids,
        times,
        events: {
          onUp: () => up.set(at, Date.now()),
          onDown: () => up.delete(at),
          onFailed: () => undefined,
          onText: () => undefined,
        },
      }),
  );
  try {
    for (const each of herd) each.open();
    await until(() => up.size === links);
    const { port } = relay;
    const successor = await makeRelay(port);
    const goneAt = Date.now();
    await relay.kill();
    await sleep(goneAt + awayMs - Date.now());
    relay = await successor();
    const { startedAt } = relay;
    await until(() => up.size === links);
    const upMs = [...up.values()].map((at) => at - startedAt);
    return {
      awayMs: startedAt - goneAt,
      upMs,
      sockets: crowdingOf(
        relay.arrivals.map((at) => at - startedAt),
        upMs,
      ),
    };
  } finally {
    await Promise.all(herd.map((each) => each.close()));
    await relay.kill();
  }
}

/** A process that is to be a relay. Gives what opens it: with when it did, and when sockets came to it, as it counted them. */
async function makeRelay(wanted) {
  const file = fileURLToPath(new URL("support/herd-relay.mjs", import.meta.url));
  const child = fork(file, [String(wanted), String(links)], { stdio: ["ignore", 2, 2, "ipc"] });
  const arrivals = [];
  const gone = once(child, "exit");
  const says = () =>
    Promise.race([
      once(child, "message").then(([said]) => said),
      gone.then(([code]) => Promise.reject(new Error(`the relay ended with ${code}`))),
    ]);
  const kill = async () => {
    child.kill("SIGKILL");
    await gone;
  };
  await says();
  return async () => {
    child.send("open");
    const { port, at: startedAt } = await says();
    child.on("message", ({ connections, at }) => {
      while (arrivals.length < connections) arrivals.push(at);
    });
    return { port, startedAt, arrivals, kill };
  };
}

async function until(holds) {
  const end = Date.now() + patienceMs;
  while (!holds()) {
    if (Date.now() > end) throw new Error("not all links came back");
    await sleep(20);
  }
}
