import { draftBlock, HeaderTree, sealDraft } from "@swarm-space/chain-sync";
import { crowd, payment, rulesFor } from "../../bench/support/chain-node.mjs";

const people = crowd(3);
export const chainPlay = { people, rules: rulesFor(people, { network: "crash" }) };

/** The next valid block on `parent`. */
export async function growOn(parent, { by = people[0], stepMs = 30_000, transactions = [] } = {}) {
  const { rules } = chainPlay;
  const draft = draftBlock(rules, parent.node, parent.state, transactions, {
    producer: by.account,
    now: parent.node.time + stepMs,
  });
  if (!draft.ok) throw new Error("not in turn");
  const tools = { signal: new AbortController().signal, sign: async () => new Uint8Array(64), pause: async () => {} };
  const block = await sealDraft(rules, draft, tools);
  const { height, time, producer } = block.sealed.header;
  const applied = rules.machine.applyBlock(
    parent.state,
    { height, time, producer },
    block.transactions.map(({ transaction }) => transaction),
  );
  if (!applied.ok) throw new Error(applied.reason);
  return { block, state: parent.state.with(applied.delta) };
}

/** Valid blocks of branches that overtake each other, each after its parent, and the best of them. */
export async function growForest(random, count) {
  const { rules } = chainPlay;
  const tree = new HeaderTree(rules.genesis.block, rules.consensus, rules.forkChoice);
  const forest = [{ block: rules.genesis.block, state: rules.genesis.state, node: tree.genesis }];
  for (let at = 0; at < count; at++) {
    const back = at % 4 === 3 ? 1 + random.integer(6) : 0;
    const parent = forest[Math.max(0, forest.length - 1 - back)];
    const from = people[random.integer(people.length)];
    const { nonce } = rules.machine.standing(parent.state, from.account);
    const transactions = [payment(rules, from, people[0], nonce)];
    const by = people[random.integer(people.length)];
    const grown = await growOn(parent, { by, stepMs: 1 + random.integer(60_000), transactions });
    forest.push({ ...grown, node: tree.add(grown.block.id, grown.block.sealed, parent.node) });
  }
  const best = forest.reduce((one, other) => (rules.forkChoice.compare(one.node, other.node) >= 0 ? one : other));
  return { forest, blocks: forest.slice(1).map(({ block }) => block), best };
}
