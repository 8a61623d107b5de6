import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { systemClock, systemRandom } from "@swarm-space/core";
import { openIdentityFile } from "@swarm-space/core/node";
import { levelStore } from "@swarm-space/store-level";
import { SeededRandom } from "@swarm-space/testkit";
import { row } from "../bench/report.mjs";
import { effects } from "./support/channels.mjs";
import { readLog } from "./support/log-file.mjs";
import { stablePeer } from "./support/stable-peer.mjs";
import { judge, keptLetters } from "./support/verdict.mjs";

const childPath = fileURLToPath(new URL("./support/child.mjs", import.meta.url));
/** A letter is on the medium so long after it was posted, where the medium answers in that time. */
const graceMs = 100;
const postEveryMs = 5;
const startMs = 20_000;
const drainMs = 30_000;
/** Of a letter that was lost nobody hears: an ablation waits no longer than this. */
const ablatedDrainMs = 4_000;
const ablationKills = 4;
/** Every so many lives: nobody can be reached, so that all that is posted waits in the outbox alone; or the node dies while it starts, or soon after. */
const aloneEvery = 4;
const earlyEvery = 5;

/** Kills a node over and over, then once for each journal that forgets, and gives what the logs of both sides say. */
export async function outboxRows({ kills, seed, progress }) {
  const real = await campaign({ kills, seed, progress, ablate: "none" });
  // Beside each other: nothing of theirs is a matter of time.
  const [ledger, outbox] = await Promise.all(
    ["ledger", "outbox"].map((ablate) => campaign({ kills: ablationKills, seed, progress, ablate })),
  );
  const none = (name, list) => {
    if (list.length > 0) progress(`${name}: ${list.slice(0, 20).join(", ")}`);
    return row({ name, values: [list.length], unit: "letters", goal: "0", holds: (value) => value === 0 });
  };
  const some = (name, value, unit, goal = 1) =>
    row({ name, values: [value], unit, goal: `≥ ${goal}`, holds: (count) => count >= goal });
  return [
    some("kills", real.kills, "kills", kills),
    some("lettersDown", real.lettersDown, "letters", kills * 10),
    some("lettersUp", real.lettersUp, "letters", kills * 10),
    some("confirmed", real.confirmed, "letters", kills * 10),
    none("confirmedLost", real.confirmedLost),
    none("doubledAfterDone", real.doubledAfterDone),
    none("unmarked", real.unmarked),
    some("redelivered", real.redelivered, "letters"),
    some("heardTwice", real.heardTwice, "letters"),
    none("outboxLost", real.outboxLost),
    none("outboxDoubled", real.outboxDoubled),
    some("restored", real.restored, "letters"),
    none("failed", real.failed),
    some("forgetfulLedger", ledger.unmarked.length, "unmarked doubles"),
    row({ name: "notYetTaken", values: [real.notYetTaken.length], unit: "letters over 100 ms old that no disk had" }),
    some("forgetfulOutbox", outbox.outboxLost.length, "letters lost"),
  ];
}

async function campaign({ kills, seed, progress, ablate }) {
  const folder = await mkdtemp(join(tmpdir(), "swarm-crash-"));
  const random = new SeededRandom(`crash/${seed}/${ablate}`);
  const peer = await stablePeer();
  try {
    await mkdir(folder, { recursive: true });
    const { id } = await openIdentityFile(join(folder, "identity.key"));
    peer.post(id, postEveryMs);
    const killedAt = new Map();
    let restored = 0;
    for (let life = 1; life <= kills; life++) {
      const alone = life % aloneEvery === 2;
      const child = born({ folder, peer, alone, ablate, life });
      if (!alone && life % earlyEvery === 4) await wait(50 + random.float() * 500);
      else {
        const young = life % earlyEvery === 3;
        await heardOf(child, alone || young ? "started" : "hearing");
        await wait((alone ? 200 : 0) + random.float() * (young ? 200 : 600));
      }
      const ended = once(child, "exit");
      killedAt.set(life, Date.now());
      child.kill("SIGKILL");
      await ended;
      restored += waitingUp(folder, peer).length;
      progress(`${ablate === "none" ? "kill" : `forgetful ${ablate}, kill`} ${life} of ${kills}`);
    }
    const last = born({ folder, peer, alone: false, ablate, life: kills + 1 });
    await heardOf(last, "hearing");
    await wait(300);
    peer.pause();
    const draining = heardOf(last, "draining");
    last.send("drain");
    await draining;
    const settled = () => peer.idle() && waitingUp(folder, peer).length === 0;
    for (let left = ablate === "none" ? drainMs : ablatedDrainMs; left > 0 && !settled(); left -= 50) await wait(50);
    const ended = once(last, "exit");
    last.send("stop");
    await ended;
    const verdict = judge({
      down: peer.down,
      heard: readLog(join(folder, "heard.log")),
      effectKeys: await keysOf(join(folder, "store")),
      posted: readLog(join(folder, "posted.log")),
      taken: readLog(join(folder, "taken.log")),
      confirmedUp: readLog(join(folder, "confirmed.log")),
      failed: [...readLog(join(folder, "failed.log")), ...peer.failures()],
      arrivals: peer.arrivals,
      kills: killedAt,
      graceMs,
    });
    return { ...verdict, kills: killedAt.size, restored };
  } finally {
    await peer.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Letters that had to outlive their life, and have not arrived yet. */
function waitingUp(folder, peer) {
  const [posted, taken] = ["posted.log", "taken.log"].map((name) => readLog(join(folder, name)));
  return keptLetters({ posted, taken }).filter(([n]) => !peer.arrivals.has(Number(n)));
}

function born({ folder, peer, alone, ablate, life }) {
  const facts = { folder, peer: peer.id, url: peer.url, alone, ablate, life };
  return fork(childPath, [JSON.stringify(facts)], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
}

/** Resolves when the child says this; rejects when it ends before. */
function heardOf(child, word) {
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error(`the node ended before it said "${word}"`));
    child.once("exit", onExit);
    const cut = setTimeout(() => reject(new Error(`the node did not say "${word}" in ${startMs} ms`)), startMs);
    child.on("message", (said) => {
      if (said !== word) return;
      clearTimeout(cut);
      child.off("exit", onExit);
      resolve();
    });
  });
}

async function keysOf(path) {
  const store = levelStore({ path }, { clock: systemClock(), random: systemRandom() });
  await store.open({ signal: AbortSignal.timeout(startMs) });
  const keys = [];
  for await (const [key] of store.namespace(effects).range()) keys.push(key);
  await store.close();
  return keys;
}
