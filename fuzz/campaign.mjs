import process from "node:process";
import { setImmediate as nextTurn } from "node:timers/promises";
import { mutate } from "./mutate.mjs";
import { Slowest } from "./slowest.mjs";

/** Longer than this, and the decoder has hung. */
const hungMs = 1_000;
const slowestKept = 100;
const poolLimit = 512;
const findingsLimit = 20;
const breathEvery = 4_096;
/** Larger inputs take longest to change and to read, so they come seldom: a million tries should end. */
const smallBytes = 4_096;
const largeShare = 0.002;

/**
 * Throws inputs at one decoder: first the corpus and the seeds, then what is made of them.
 *
 * A decoder is `{ name, seeds, run(bytes, turn), make?(random), tokens? }`. `run` may return a word for what was
 * accepted, and may throw what `isRefusal` knows. All else is a finding: another throw, a rejection that nobody
 * handles, more than a second, an altered prototype. An outcome never seen before makes its input worth mutating.
 */
export async function runCampaign(
  decoder,
  { execs, random, corpus = [], isRefusal, now = () => performance.now(), onTry },
) {
  const watch = watchProcess();
  const prototypes = watchPrototypes();
  const findings = new Map();
  const outcomes = new Map();
  const slowest = new Slowest(slowestKept);
  const given = [...corpus, ...decoder.seeds];
  const pools = { small: given.filter(isSmall), large: given.filter((bytes) => !isSmall(bytes)) };
  const counts = { tries: 0, accepted: 0, errors: 0 };
  let last = { bytes: new Uint8Array(), turn: 0 };

  const note = (what, bytes, turn) => {
    counts.errors++;
    const known = findings.get(what);
    if (known) known.count++;
    else if (findings.size < findingsLimit) findings.set(what, { what, count: 1, turn, hex: hexOf(bytes) });
  };
  const isNew = (outcome, bytes) => {
    if (outcomes.has(outcome) || outcomes.size >= poolLimit) return false;
    outcomes.set(outcome, Uint8Array.from(bytes));
    return true;
  };

  const timed = async (bytes, turn) => {
    onTry?.(bytes);
    const started = now();
    let outcome;
    try {
      const result = decoder.run(bytes, turn);
      outcome = `+${(isPromise(result) ? await result : result) ?? ""}`;
    } catch (error) {
      if (isRefusal(error)) outcome = wordsOf(error);
      else {
        outcome = undefined;
        note(`threw ${nameOf(error)}`, bytes, turn);
      }
    }
    return { ms: now() - started, outcome };
  };

  /** True where it took its time again: a process that slept is not the decoder's fault. */
  const hangs = async (bytes, turn) => {
    for (let i = 0; i < 2; i++) if ((await timed(bytes, turn)).ms <= hungMs) return false;
    return true;
  };

  const attempt = async (bytes, turn, keep) => {
    counts.tries++;
    last = { bytes, turn };
    const { ms, outcome } = await timed(bytes, turn);
    if (slowest.wants(ms)) slowest.add(ms, bytes, turn);
    if (ms > hungMs && (await hangs(bytes, turn))) note(`took over ${hungMs} ms`, bytes, turn);
    const polluted = prototypes.altered(counts.tries % breathEvery === 0);
    if (polluted) note(`altered ${polluted}`, bytes, turn);
    if (outcome?.startsWith("+")) counts.accepted++;
    if (outcome !== undefined && isNew(outcome, bytes) && keep && isSmall(bytes) && pools.small.length < poolLimit) {
      pools.small.push(Uint8Array.from(bytes));
    }
    if (counts.tries % breathEvery === 0) await breathe();
  };
  const breathe = async () => {
    await nextTurn();
    for (const what of watch.take()) note(what, last.bytes, last.turn);
  };

  try {
    const began = now();
    for (const bytes of given) for (const turn of [0, 1]) await attempt(bytes, turn, false);
    while (counts.tries < execs) await attempt(nextInput(decoder, random, pools), counts.tries, true);
    const ms = now() - began;
    const replays = [];
    for (const { bytes, turn } of slowest.entries()) replays.push((await timed(bytes, turn)).ms);
    await breathe();
    await breathe();
    const polluted = prototypes.altered(true);
    if (polluted) note(`altered ${polluted}`, last.bytes, last.turn);
    return { ...counts, name: decoder.name, ms, replays, findings: [...findings.values()], outcomes };
  } finally {
    watch.end();
    prototypes.restore();
  }
}

function nextInput(decoder, random, pools) {
  const kind = random.float();
  if (kind < 0.03) return random.bytes(random.integer(random.chance(0.9) ? 200 : 4_000));
  if (decoder.make !== undefined && kind < 0.45) return decoder.make(random);
  const isLarge = pools.large.length > 0 && random.chance(largeShare);
  return mutate(random, isLarge ? pools.large : pools.small, decoder.tokens);
}

function watchProcess() {
  let seen = [];
  const onUncaught = (error) => seen.push(`uncaught ${nameOf(error)}`);
  const onUnhandled = (error) => seen.push(`unhandled ${nameOf(error)}`);
  process.on("uncaughtException", onUncaught);
  process.on("unhandledRejection", onUnhandled);
  return {
    take() {
      const taken = seen;
      seen = [];
      return taken;
    },
    end() {
      process.off("uncaughtException", onUncaught);
      process.off("unhandledRejection", onUnhandled);
    },
  };
}

/** Compares what everything inherits from with a snapshot; the quick look sees what a loop over any object would. */
function watchPrototypes() {
  const watched = {
    Object: Object.prototype,
    Array: Array.prototype,
    Function: Function.prototype,
    String: String.prototype,
  };
  const snapshot = Object.entries(watched).map(([name, target]) => ({
    name,
    target,
    descriptors: Object.freeze(Object.getOwnPropertyDescriptors(target)),
  }));
  const restore = () => {
    for (const { target, descriptors } of snapshot) {
      for (const key of Reflect.ownKeys(target))
        if (!Object.hasOwn(descriptors, key)) Reflect.deleteProperty(target, key);
      for (const key of Reflect.ownKeys(descriptors)) {
        if (Object.getOwnPropertyDescriptor(target, key)?.value !== descriptors[key].value)
          Object.defineProperty(target, key, descriptors[key]);
      }
    }
  };
  return {
    restore,
    altered(thoroughly) {
      let found;
      for (const key in {}) found = `Object.prototype.${key}`;
      if (thoroughly) {
        for (const { name, target, descriptors } of snapshot) {
          const keys = Reflect.ownKeys(target);
          const odd =
            keys.find((key) => !Object.hasOwn(descriptors, key)) ??
            Reflect.ownKeys(descriptors).find(
              (key) => Object.getOwnPropertyDescriptor(target, key)?.value !== descriptors[key].value,
            );
          if (odd !== undefined) found = `${name}.prototype.${String(odd)}`;
        }
      }
      if (found !== undefined) restore();
      return found;
    },
  };
}

const isSmall = (bytes) => bytes.length <= smallBytes;
const isPromise = (value) => typeof value === "object" && value !== null && "then" in value;
const nameOf = (error) =>
  error instanceof Error ? `${error.name}: ${error.message.slice(0, 120)}` : String(error).slice(0, 120);
const wordsOf = (error) => `${error.code}: ${error.message.replace(/\d+/g, "0").slice(0, 60)}`;
const hexOf = (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
