/** Runs seeds one after the other in a process of its own, so that what escapes is this seed's alone. */
import process from "node:process";
import { chainPlants, plantChain } from "./chain/chain-planted.ts";
import { runChainSeed } from "./chain/chain-seed.ts";
import { runCrowd } from "./chain/crowd.ts";
import { loadChainParts } from "./chain/load-parts.ts";
import { runEclipse } from "./eclipse.ts";
import { eclipseAblations } from "./eclipse-ablations.mjs";
import { runHerd } from "./herd/herd.ts";
import { loadRelay } from "./herd/load-relay.ts";
import { pathAblations } from "./path-ablations.ts";
import { runPaths } from "./paths.ts";
import { plants } from "./planted.ts";
import { runSeed } from "./seed.ts";

const load = (path) => {
  const [folder, ...rest] = path.split("/");
  return import(`../packages/${folder}/dist/${rest.join("/")}.js`);
};

async function seed({ seed, crypto, trace, plant }) {
  const undo = await plants.find(({ name }) => name === plant)?.plant(load);
  const report = await runSeed({ seed, crypto, trace });
  undo?.();
  return report;
}

async function paths({ seed, scenario, gapMs, ablation }) {
  const chosen = pathAblations.find(({ name }) => name === ablation);
  const undo = await chosen?.plant?.(load);
  const report = await runPaths({ seed, scenario, gapMs, resilience: chosen?.resilience });
  undo?.();
  return report;
}

async function eclipse({ seed, attack, ablation }) {
  const [{ makeRoom }, { discoveryConfig }, { allSafeguards }] = await Promise.all(
    ["room", "discovery-config", "safeguards"].map((file) => load(`discovery/${file}`)),
  );
  const off = eclipseAblations.find(({ name }) => name === ablation)?.off ?? {};
  return runEclipse({ seed, attack, off, parts: { makeRoom, discoveryConfig, allSafeguards } });
}

async function chain({ seed, ground, trace, plant }) {
  const undo = await plantChain(plant, load);
  const rules = chainPlants.find(({ name }) => name === plant)?.rules;
  const report = await runChainSeed({ seed, ground, trace, rules, parts: await loadChainParts(load) });
  undo();
  return report;
}

async function crowd({ seed, trace }) {
  return runCrowd({ seed, trace, parts: await loadChainParts(load) });
}

async function herd({ ablation, ...o }) {
  const steady = ablation === "no jitter" ? { jitter: () => 1 } : {};
  return runHerd({ ...o, ...steady, rooms: await loadRelay(load) });
}

const kinds = { paths, eclipse, chain, crowd, herd };

process.on("message", async (task) => {
  const report = await (kinds[task.kind] ?? seed)(task);
  process.send?.({ ...report, task });
});
process.on("disconnect", () => process.exit());
