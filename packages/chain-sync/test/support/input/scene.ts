import { encodeTransaction } from "../../../src/codec/index.ts";
import { targetOf } from "../../../src/consensus/difficulty.ts";
import { bytesOf } from "../../../src/hashing/domains.ts";
import { blockIdOf } from "../../../src/hashing/ids.ts";
import { transfer } from "../../../src/ledger/index.ts";
import type { Block, Header, NamedTransaction } from "../../../src/model/index.ts";
import { Branch, type Person, personOf, type Written, writeTransaction } from "../chain-play.ts";
import { type Stranger, SyncStage, type SyncStageOptions, serving, tipOf } from "../sync-stage.ts";

export const [anna, berta, carla] = [personOf(1), personOf(2), personOf(3)];

/** Some work, so that a header can lack it; and money, so that there is something to send. */
export const parameters = {
  leastDifficulty: 64,
  allocations: [anna, berta].map(({ account }) => ({ account, amount: "1000000" })),
};

/** A node whose chain has two blocks and in whose pool something waits, and a better chain of four that it does not have. */
export interface Scene {
  readonly stage: SyncStage;
  readonly own: Branch;
  readonly better: Branch;
  readonly waiting: NamedTransaction;
}

export async function openScene(o: SyncStageOptions = {}): Promise<Scene> {
  const stage = await SyncStage.open({ ...o, options: { parameters, ...o.options } });
  const [own, better] = [new Branch(stage.rules), new Branch(stage.rules)];
  for (let at = 0; at < 2; at += 1) await own.grow(anna);
  for (let at = 0; at < 4; at += 1) await better.grow(berta);
  await stage.hold(own.blocks);
  const scene = { stage, own, better, waiting: payment({ stage }, { nonce: 0n }, berta) };
  await stage.room.room.submit(scene.waiting, true);
  return scene;
}

/** To Carla. */
export function payment(
  { stage }: Pick<Scene, "stage">,
  o: Written & { readonly amount?: bigint },
  from: Person = anna,
): NamedTransaction {
  const { amount = 5n } = o;
  return writeTransaction(stage.rules, from, transfer, { to: carla.account, amount }, { fee: 500n, ...o });
}

/** Somebody who serves these blocks, and tells of the last. */
export async function meetServing(
  { stage }: Pick<Scene, "stage">,
  name: string,
  blocks: readonly Block[],
): Promise<Stranger> {
  const stranger = await stage.meet(name, serving(blocks));
  await stranger.tell(tipOf(blocks.at(-1)));
  await stage.pass(5);
  return stranger;
}

/** A liar with the better chain, whose bodies are what `bodies` makes of those that it is asked for. */
export async function meetWithBodies({ stage, better }: Scene, bodies: () => unknown): Promise<Stranger> {
  const lies = ({ kind }: { readonly kind: string }) => (kind === "getBodies" ? bodies() : undefined);
  const liar = await stage.meet("liar", serving(better.blocks, lies));
  await liar.tell(tipOf(better.blocks.at(-1)));
  return liar;
}

/** A liar that announces this transaction, and answers with these bytes. */
export async function meetWithTransaction(
  { stage }: Pick<Scene, "stage">,
  { fullId, transaction }: NamedTransaction,
  bytes = encodeTransaction(transaction),
): Promise<Stranger> {
  const liar = await stage.meet("liar", () => ({ kind: "transactions", transactions: [bytes] }));
  await liar.tell({ kind: "have", ids: [bytesOf(fullId)] });
  return liar;
}

/** Whether somebody honest brings the better chain afterwards. */
export async function comesElsewhere(scene: Scene): Promise<boolean> {
  const { stage, better } = scene;
  await meetServing(scene, "honest", better.blocks);
  await stage.pass(20_000);
  return stage.tip.id === better.tip.id && !stage.sync.court.isBanned("honest");
}

/** Whether the block is known to be bad: what stands on it is refused at once, whoever tells of it. */
export async function isRemembered({ stage }: Scene, { id, sealed }: Block): Promise<boolean> {
  const { height, time } = sealed.header;
  const other = await stage.meet("other");
  await other.tell(
    tipOf(forged({ id, sealed, transactions: [] }, { parent: id, height: height + 1, time: time + 30_000 })),
  );
  return other.asked.length === 0 && stage.sync.court.isBanned("other");
}

/** The block with another header, and the work that its difficulty asks for; with `isWorked` false, surely without it. */
export function forged(block: Block, changed: Partial<Header>, isWorked = true): Block {
  for (let nonce = 0n; ; nonce += 1n) {
    const header = { ...block.sealed.header, ...changed, nonce };
    const id = blockIdOf(header);
    if (BigInt(`0x${id}`) <= targetOf(BigInt(header.difficulty)) === isWorked)
      return { ...block, id, sealed: { ...block.sealed, header } };
  }
}

/** A chain with its last block forged. */
export const forgedEnd = (blocks: readonly Block[], changed: Partial<Header>, isWorked = true): readonly Block[] =>
  blocks.map((block, at) => (at === blocks.length - 1 ? forged(block, changed, isWorked) : block));

export const lastOf = (blocks: readonly Block[]): Block => {
  const last = blocks.at(-1);
  if (last === undefined) throw new Error("no blocks");
  return last;
};

/** The better chain without its first half, so that it stands on nothing that is known. */
export const homelessOf = ({ better }: Pick<Scene, "better">): readonly Block[] => better.blocks.slice(2);
