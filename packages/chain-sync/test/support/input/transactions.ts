import { encodeTransaction } from "../../../src/codec/index.ts";
import { bytesOf } from "../../../src/hashing/domains.ts";
import { nameTransaction } from "../../../src/hashing/ids.ts";
import type { NamedTransaction } from "../../../src/model/index.ts";
import { SyncStage, type SyncStageOptions } from "../sync-stage.ts";
import type { InputRow } from "./input-row.ts";
import { meetWithTransaction, parameters, payment, type Scene } from "./scene.ts";

const forgetMs = 300_000;

/** A row of a transaction that this node does not take now, and that another may. */
function policy(
  input: string,
  code: string,
  made: (scene: Scene) => NamedTransaction,
  stage: SyncStageOptions = {},
): InputRow {
  return {
    input: `tx bad ${input}: dropped, remembered 5 min`,
    code,
    score: 0,
    stage: () => stage,
    play: (scene) => meetWithTransaction(scene, made(scene)),
    async after(scene) {
      const { stage: at } = scene;
      const submit = async () => {
        const verdict = await at.room.room.submit(made(scene), false);
        return verdict.ok ? "ok" : verdict.code;
      };
      const again = await submit();
      await at.pass(forgetMs);
      return again === "TRANSACTION_KNOWN" && (await submit()) === code;
    },
  };
}

/** A row of one that announces what waits here already, so many times. */
function double(input: string, score: number, times: number): InputRow {
  return {
    input,
    score,
    code: "DUPLICATE",
    async play({ stage, waiting }) {
      const liar = await stage.meet("liar");
      const ids = Array.from({ length: times }, () => bytesOf(waiting.fullId));
      for (let at = 0; at < times; at += 500) await liar.tell({ kind: "have", ids: ids.slice(at, at + 500) });
    },
  };
}

export const transactionRows: readonly InputRow[] = [
  {
    input: "tx bad signature: dropped, remembered by fullId, not by txId",
    score: 100,
    code: "TRANSACTION_SIGNATURE",
    stage: () => ({ verifier: SyncStage.strict }),
    play(scene) {
      const { transaction } = payment(scene, { nonce: 0n });
      const copy = nameTransaction({ ...transaction, signature: new Uint8Array(64).fill(1) });
      return meetWithTransaction(scene, copy);
    },
    after: async (scene) => (await scene.stage.room.room.submit(payment(scene, { nonce: 0n }), false)).ok,
  },
  {
    input: "an answer with a transaction that was not asked for",
    score: 100,
    code: "MALFORMED",
    play(scene) {
      const [asked, other] = [payment(scene, { nonce: 0n }), payment(scene, { nonce: 1n })];
      return meetWithTransaction(scene, asked, encodeTransaction(other.transaction));
    },
  },
  policy("nonce", "TRANSACTION_NONCE", (scene) => payment(scene, { nonce: 80n })),
  policy("balance", "TRANSACTION_BALANCE", (scene) => payment(scene, { nonce: 0n, amount: 10n ** 15n })),
  policy("fee", "TRANSACTION_FEE", (scene) => payment(scene, { nonce: 0n, fee: 0n }), {
    options: { parameters, leastFeeRate: 1_000 },
  }),
  policy("expiry height", "TRANSACTION_EXPIRED", (scene) => payment(scene, { nonce: 0n, expiryHeight: 1 })),
  double("duplicate anything: counted", 0, 1_000),
  double("duplicate anything, over 1,000 a minute", 5, 1_002),
];
