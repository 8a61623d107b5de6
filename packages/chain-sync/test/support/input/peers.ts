import { serving, tipOf } from "../sync-stage.ts";
import type { InputRow } from "./input-row.ts";
import { comesElsewhere, lastOf, meetServing, payment } from "./scene.ts";

const silence = () => new Promise<never>(() => {});

export const peerRows: readonly InputRow[] = [
  {
    input: "notFound for what it announced: another is tried",
    score: 1,
    code: "NOT_FOUND",
    async play({ stage, better }) {
      const none = ({ kind }: { readonly kind: string }) =>
        kind === "getBodies" ? { kind: "bodies", bodies: [null] } : undefined;
      const liar = await stage.meet("liar", serving(better.blocks, none));
      await liar.tell(tipOf(lastOf(better.blocks)));
    },
    after: comesElsewhere,
  },
  {
    input: "nothing at all for what it announced: another is tried",
    score: 1,
    code: "NOT_FOUND",
    async play({ stage, better }) {
      const none = ({ kind }: { readonly kind: string }) =>
        kind === "getBodies" ? { kind: "bodies", bodies: [] } : undefined;
      const liar = await stage.meet("liar", serving(better.blocks, none));
      await liar.tell(tipOf(lastOf(better.blocks)));
    },
    after: comesElsewhere,
  },
  {
    input: "no answer in time: another is tried",
    score: 2,
    code: "NO_ANSWER",
    async play({ stage, better }) {
      const none = ({ kind }: { readonly kind: string }) => (kind === "getBodies" ? silence() : undefined);
      const liar = await stage.meet("liar", serving(better.blocks, none));
      await liar.tell(tipOf(lastOf(better.blocks)));
      await stage.pass(2_000);
    },
    after: comesElsewhere,
  },
  {
    input: "no answer in time, to a question for headers",
    score: 2,
    code: "NO_ANSWER",
    async play({ stage, better }) {
      const liar = await stage.meet("liar", silence);
      await liar.tell(tipOf(lastOf(better.blocks)));
      await stage.pass(15_000);
    },
    after: comesElsewhere,
  },
  {
    input: "announces ids and never serves",
    score: 1,
    code: "NOT_FOUND",
    async play(scene) {
      const liar = await scene.stage.meet("liar", () => ({ kind: "transactions", transactions: [] }));
      await liar.tell({ kind: "have", ids: [Buffer.from(payment(scene, { nonce: 0n }).fullId, "hex")] });
    },
    after: async (scene) => (await scene.stage.room.room.submit(payment(scene, { nonce: 0n }), false)).ok,
  },
  {
    input: "resource overuse: ends of chains, more than eight at once",
    score: 2,
    code: "FLOOD",
    async play(scene) {
      const { blocks } = scene.own;
      const liar = await meetServing(scene, "liar", blocks);
      for (let at = 0; at < 9; at += 1) await liar.tell(tipOf(lastOf(blocks)));
    },
  },
];
