import { setTimeout as pause } from "node:timers/promises";
import { row } from "./report.mjs";
import { RoadPair, roadsOf } from "./support/road-pair.mjs";

const transports = Object.keys(roadsOf);
/** A peer is told of no more than two ends of a chain a second: blocks that are made faster share a letter. */
const paceMs = 600;
/** Copies of a letter by other roads come after the first. */
const settleMs = 3_000;
/** What is not there by then does not come. */
const mostMs = 60_000;

const whole = { blocks: 1_000, payments: 10, rounds: 3, alone: transports, survivors: transports, news: 6 };
/** For `npm test`: the hardest of the deaths, in which what carries dies twice. */
const short = { blocks: 240, payments: 2, rounds: 1, alone: [], survivors: ["peerjs"], news: 2 };

/**
 * Two processes over real sockets on loopback, one with a chain, one without: the same chain at both, by each transport alone, and by all
 * three while two of them are killed in the middle; and by which roads each new block comes.
 */
export async function chainRoadRows({ progress, isShort = false }) {
  const plan = isShort ? short : whole;
  const pair = await RoadPair.open();
  try {
    progress(`chain-roads: ${plan.blocks} blocks of ${plan.payments} transactions are made`);
    const height = await pair.prepare(plan);
    const play = { pair, height, progress, plan };
    const alone = await times(plan.alone, plan.rounds, (name) => byOne(play, name));
    const news = await newBlocks(play);
    const killed = await times(plan.survivors, plan.rounds, (name) => whileTwoDie(play, name));
    return [...alone.flatMap(aloneRows), ...newsRows(news), ...killed.flatMap((each) => killedRows(each, news))];
  } finally {
    await pair.close();
  }
}

/** Each of these so many times, in turn. */
async function times(names, rounds, run) {
  const all = names.map((name) => ({ name, runs: [] }));
  for (let round = 0; round < rounds; round += 1) for (const { name, runs } of all) runs.push(await run(name));
  return all;
}

async function byOne({ pair, height, progress }, transport) {
  progress(`chain-roads: ${height} blocks by ${transport} alone`);
  await pair.begin([transport]);
  const ms = await fetchAll(pair, height);
  return { ms, ...(await compare(pair)) };
}

/** Undisturbed, then new blocks, made here and there in turn: first by the roads that stand, then by those that are left when one dies. */
async function newBlocks({ pair, height, progress, plan }) {
  progress(`chain-roads: ${height} blocks by all, and ${2 * plan.news} new ones`);
  await pair.begin(transports);
  const ms = await fetchAll(pair, height);
  const [{ sentBytes }] = await pair.status();
  const counts = Object.fromEntries(transports.map((each) => [each, { told: 0, came: 0 }]));
  const joined = await pair.joinedBy(transports, 2);
  await tellBlocks(pair, joined, plan.news, counts);
  const [dying] = joined;
  await pair.kill(dying);
  const left = await pair.joinedBy(
    transports.filter((each) => each !== dying),
    2,
  );
  await tellBlocks(pair, left, plan.news, counts);
  return { counts, ms, sentBytes, ...(await compare(pair)) };
}

/** @param joined transports, each of which is to bring each block to the other side */
async function tellBlocks(pair, joined, count, counts) {
  for (let made = 0; made < count; made += 1) {
    await pause(paceMs);
    const [miner, other] = made % 2 === 0 ? pair.both : pair.both.toReversed();
    const broughtTo = async () => {
      const { perTransport } = await other.ask("status");
      return (road) => (perTransport[road]?.in ?? 0) + (perTransport[road]?.doubles ?? 0);
    };
    const before = await broughtTo();
    await miner.ask("mine", { blocks: 1 });
    await other.ask("until", { height: (await miner.ask("status")).height, mostMs });
    let after = await broughtTo();
    const isMissing = (road) => after(road) === before(road);
    for (const end = performance.now() + settleMs; joined.some(isMissing) && performance.now() < end; ) {
      await pause(20);
      after = await broughtTo();
    }
    for (const road of joined) {
      counts[road].told += 1;
      if (!isMissing(road)) counts[road].came += 1;
    }
  }
}

/** Of the two that are to die the one that carries goes first, at a third of the way, the other at two thirds. */
async function whileTwoDie({ pair, height, progress }, survivor) {
  progress(`chain-roads: ${height} blocks by all, of which ${survivor} alone survives`);
  await pair.begin(transports);
  const victims = transports.filter((each) => each !== survivor);
  const deaths = [];
  const ms = await fetchAll(pair, height, async () => {
    for (const part of [1 / 3, 2 / 3]) {
      const { carries } = await pair.asks.ask("until", { height: Math.floor(height * part), mostMs });
      const [dying] = victims.includes(carries) ? [carries] : victims;
      victims.splice(victims.indexOf(dying), 1);
      await pair.kill(dying);
      const { height: had } = await pair.asks.ask("status");
      deaths.push({ transport: dying, carried: carries === dying, had, lacked: height - had });
    }
  });
  const [{ answered, sentBytes }] = await pair.status();
  return { ms, deaths, answered, sentBytes, ...(await compare(pair)) };
}

/** Milliseconds from the moment in which the one takes part until the other has all of its blocks. */
async function fetchAll(pair, height, meanwhile = async () => {}) {
  const since = performance.now();
  await pair.has.ask("rejoin");
  await meanwhile();
  const end = await pair.asks.ask("until", { height, mostMs });
  if (end.height < height) for (const each of await pair.status()) console.error(JSON.stringify(each));
  return end.height < height ? Number.POSITIVE_INFINITY : performance.now() - since;
}

/** Whether both hold the same, as each says itself; then they are closed. */
async function compare(pair) {
  const [one, other] = await pair.status();
  await pair.end();
  const isSame = one.tip === other.tip && one.stateRoot === other.stateRoot && one.stateRoot !== undefined;
  return { isSame, blocks: other.height, banned: one.banned + other.banned };
}

/** Of less, what is dialled and pinged anew is too large a part. */
const leastJudgedBytes = 1_000_000;
const sameGoal = "one tip and one state root in both";

function aloneRows({ name, runs }) {
  const isSame = runs.every((run) => run.isSame && run.banned === 0);
  const made = row({
    name: `by ${name} alone`,
    values: runs.map(({ ms }) => ms),
    unit: `ms for ${runs[0].blocks} blocks`,
    goal: sameGoal,
    holds: () => isSame,
  });
  return [made];
}

function newsRows({ counts, ms, isSame, blocks }) {
  const each = Object.entries(counts).map(([road, { told, came }]) =>
    row({
      name: `new blocks by ${road}`,
      values: [came],
      unit: `of ${told} while it was connected`,
      goal: "each, and some",
      holds: (value) => value === told && told > 0,
    }),
  );
  const all = row({
    name: "by all three",
    values: [ms],
    unit: `ms, then new blocks up to ${blocks}`,
    goal: sameGoal,
    holds: () => isSame,
  });
  return [all, ...each];
}

function killedRows({ name, runs }, undisturbed) {
  const title = `two of three killed, ${name} left`;
  const deaths = runs.flatMap((run) => run.deaths);
  const midSync = deaths.filter(({ had, lacked }) => had > 0 && lacked > 0).length;
  const isSame = runs.every((run) => run.isSame && run.banned === 0);
  const share = (part, of) => part / of;
  return [
    row({
      name: title,
      values: runs.map(({ ms }) => ms),
      unit: `ms for ${runs[0].blocks} blocks`,
      baseline: [undisturbed.ms],
      goal: sameGoal,
      holds: () => isSame,
    }),
    {
      ...row({
        name: `${title}: killed mid-sync`,
        values: [midSync],
        unit: `of ${deaths.length} deaths`,
        goal: `${2 * runs.length}`,
        holds: (value) => value === 2 * runs.length,
      }),
      deaths,
    },
    row({
      name: `${title}: fetched twice`,
      values: runs.map(({ answered }) => share(answered.again, answered.bytes - answered.again)),
      unit: "of the bytes of headers and bodies",
      goal: "≤ 0.05",
      holds: (value) => value <= 0.05,
    }),
    row({
      name: `${title}: frames sent`,
      values: runs.map(({ sentBytes }) => sentBytes),
      unit: "B",
      baseline: [undisturbed.sentBytes],
      ...(undisturbed.sentBytes < leastJudgedBytes
        ? {}
        : { goal: "≤ 1.05 × undisturbed", holds: (_, ratio) => ratio <= 1.05 }),
    }),
  ];
}
