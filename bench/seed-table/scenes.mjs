/**
 * What a star stands for: five scenes of trouble, and five of being away. A scene holds where each letter was handled, once, in time.
 */
import { setTimeout as sleep } from "node:timers/promises";

const ttlMs = 30_000;
const letters = 60;
const everyMs = 5;
/** For what was left in a mailbox, and for a letter to get there. */
const mailMs = 12_000;

const numbered = (count) => Array.from({ length: count }, (_, at) => `letter ${at}`);

/** Two that know each other and are connected. */
async function pair(site, network) {
  const [anna, bert] = [await site.node(network, "anna"), await site.node(network, "bert")];
  await Promise.all([anna.swarm.start(), bert.swarm.start()]);
  await anna.lane.send(bert.swarm.id, { text: "hello" }, { ttlMs });
  bert.heard.length = 0;
  return { anna, bert };
}

/** Whether each was heard, once, before that time. */
async function heardOnce(heard, texts, withinMs) {
  const until = performance.now() + withinMs;
  while (heard.length < texts.length && performance.now() < until) await sleep(20);
  return JSON.stringify([...heard].sort()) === JSON.stringify([...texts].sort());
}

/** Letters on and on; in the midst of them something happens. */
async function underLetters(site, network, happens, count = letters) {
  const { anna, bert } = await pair(site, network);
  const texts = numbered(count);
  const sent = [];
  let happening;
  for (const [at, text] of texts.entries()) {
    if (at === Math.floor(count / 3)) happening = happens({ anna, bert, network });
    sent.push(anna.lane.send(bert.swarm.id, { text }, { ttlMs }));
    await sleep(everyMs);
  }
  const ends = await Promise.allSettled(sent);
  await happening;
  return ends.every(({ status }) => status === "fulfilled") && (await heardOnce(bert.heard, texts, mailMs));
}

/** Left for one who is away; then the writer goes, and something may happen before the other comes. */
async function leftInAMailbox(site, network, happens) {
  const { anna, bert } = await pair(site, network);
  await bert.stop();
  const texts = numbered(3);
  const relayed = Promise.allSettled(texts.map((text) => anna.lane.send(bert.swarm.id, { text }, { ttlMs: 600_000 })));
  await Promise.race([relayed, sleep(mailMs)]);
  await anna.stop();
  await happens?.();
  const again = await site.node(network, "bert", bert.heard);
  await again.swarm.start();
  return heardOnce(bert.heard, texts, mailMs);
}

async function writtenBefore(site, network, between, first = async () => {}) {
  const bert = await site.node(network, "bert");
  const anna = await site.node(network, "anna");
  await first();
  await anna.swarm.start();
  const texts = numbered(3);
  const write = ({ lane }) => texts.map((text) => lane.send(bert.swarm.id, { text }, { ttlMs }).catch(() => undefined));
  write(anna);
  await between(anna);
  await bert.swarm.start();
  return heardOnce(bert.heard, texts, ttlMs);
}

/** Of reliability: what fails while letters go. */
export const troubles = {
  "nothing fails": (site, network) => underLetters(site, network, async () => {}, 300),
  "the connection is cut": (site, network) => underLetters(site, network, async () => site.cut()),
  "all servers restart": (site, network) =>
    underLetters(site, network, async () => {
      await site.stop();
      await sleep(300);
      await site.start();
    }),
  "a server of two is gone for good": async (site, network) => {
    const held = await underLetters(site, network, () => site.stop(1));
    await site.start();
    return held;
  },
  "the peer's process restarts": (site, network) =>
    underLetters(site, network, async ({ bert }) => {
      await bert.stop();
      const again = await site.node(network, "bert", bert.heard);
      await again.swarm.start();
    }),
};

/** Of support of being offline. */
export const absences = {
  "the receiver comes later": (site, network) => writtenBefore(site, network, () => sleep(500)),
  "the sender's process restarts before": (site, network) =>
    writtenBefore(site, network, async (anna) => {
      // What is to be kept is with the medium a moment after it was written.
      await sleep(500);
      await anna.stop();
      await (await site.node(network, "anna")).swarm.start();
    }),
  "the sender is there without any network": (site, network) =>
    writtenBefore(
      site,
      network,
      async () => {
        await sleep(500);
        await site.start();
      },
      () => site.stop(),
    ),
  "the sender has gone for good": (site, network) => leftInAMailbox(site, network),
  "and the servers restarted meanwhile": (site, network) =>
    leftInAMailbox(site, network, async () => {
      await site.stop();
      await site.start();
    }),
};
