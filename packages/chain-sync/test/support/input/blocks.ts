import { memoryStore, SwarmError } from "@swarm-space/core";
import { watchedStore } from "@swarm-space/testkit";
import { encodeBody, encodeTransaction } from "../../../src/codec/index.ts";
import { merkleRoot } from "../../../src/hashing/merkle.ts";
import type { Block, NamedTransaction } from "../../../src/model/index.ts";
import { Branch } from "../chain-play.ts";
import { SyncStage } from "../sync-stage.ts";
import type { InputRow } from "./input-row.ts";
import {
  berta,
  comesElsewhere,
  forged,
  isRemembered,
  meetServing,
  meetWithBodies,
  payment,
  type Scene,
} from "./scene.ts";

/** A row of a block whose own body breaks a rule: bad for ever, and whoever gave the body is banned. */
function block(input: string, code: string, made: (scene: Scene) => Promise<Block>, isStrict = false): InputRow {
  return {
    input: `valid txRoot, ${input}: the block is marked for ever`,
    code,
    score: 100,
    ...(isStrict ? { stage: () => ({ verifier: SyncStage.strict }) } : {}),
    play: async (scene) => meetServing(scene, "liar", through(scene, await made(scene))),
    async after(scene) {
      const bad = await made(scene);
      const { status } = scene.stage.room.chain.tree.get(bad.id) ?? {};
      return status === "invalid" && (await isRemembered(scene, bad));
    },
  };
}

/** The second block of the better chain, with these transactions, which its producer did not check but for their state. */
async function second({ better, stage }: Scene, transactions: readonly NamedTransaction[] = []): Promise<Block> {
  const branch = new Branch(stage.rules);
  for (const each of better.blocks.slice(0, 1)) branch.push(each);
  return branch.grow(berta, transactions);
}

const lying = async (scene: Scene) => forged(await second(scene), { stateRoot: "00".repeat(32) });

/** The way to a second block that is bad, and one on it: what is better than the node's chain is bad, and what is good is not better. */
function through({ better }: Scene, bad: Block, stepMs = 30_000): readonly Block[] {
  const { height, time } = bad.sealed.header;
  const child = forged(bad, { parent: bad.id, height: height + 1, time: time + stepMs });
  return [...better.blocks.slice(0, 1), bad, child];
}

/** The block with this body, which its header names. */
export function rewritten(block: Block, transactions: readonly NamedTransaction[]): Block {
  return forged(
    { ...block, transactions },
    {
      transactionCount: transactions.length,
      bodyBytes: encodeBody(transactions.map(({ transaction }) => transaction)).length,
      transactionRoot: merkleRoot(transactions.map(({ fullId }) => fullId)),
    },
  );
}

export const blockRows: readonly InputRow[] = [
  {
    input: "body not matching txRoot: dropped, fetched elsewhere, the block is not marked",
    score: 100,
    code: "BODY_MISMATCH",
    play: (scene) => {
      const bytes = encodeTransaction(payment(scene, { nonce: 0n }).transaction);
      return meetWithBodies(scene, () => ({ kind: "bodies", bodies: [Uint8Array.of(0, 1, ...bytes)] }));
    },
    after: comesElsewhere,
  },
  block("a transaction twice", "BLOCK_TRANSACTION", async (scene) => {
    const paid = payment(scene, { nonce: 0n });
    return rewritten(await second(scene, [paid]), [paid, paid]);
  }),
  block("more spent than is there", "BLOCK_TRANSACTION", async (scene) =>
    rewritten(await second(scene), [payment(scene, { nonce: 0n, amount: 10n ** 15n })]),
  ),
  block("stateRoot mismatch", "BLOCK_STATE", lying),
  block(
    "a transaction that nobody signed",
    "BLOCK_SIGNATURE",
    (scene) => second(scene, [payment(scene, { nonce: 0n, unsigned: true })]),
    true,
  ),
  {
    input: "child of known-invalid",
    score: 100,
    code: "ANCESTOR_INVALID",
    async play(scene) {
      const bad = await lying(scene);
      await meetServing(scene, "first", through(scene, bad));
      await meetServing(scene, "liar", through(scene, bad, 60_000));
    },
  },
  internalError(),
];

function internalError(): InputRow {
  const medium = { isFull: false };
  return {
    input: "internal error (disk, quota): tried again, never marked invalid",
    score: 0,
    code: "INTERNAL",
    stage() {
      medium.isFull = false;
      const store = watchedStore(memoryStore(), async () => {
        if (medium.isFull) throw new SwarmError("STORE_FULL", "no room");
      });
      return { store };
    },
    async play(scene) {
      medium.isFull = true;
      await meetServing(scene, "liar", scene.better.blocks);
    },
    async after({ stage, better }) {
      medium.isFull = false;
      await stage.pass(stage.interval);
      return stage.tip.id === better.tip.id;
    },
  };
}
