import type { Block, Header } from "../../../src/model/index.ts";
import { Branch } from "../chain-play.ts";
import { serving, tipOf } from "../sync-stage.ts";
import type { InputRow } from "./input-row.ts";
import { anna, comesElsewhere, forgedEnd, homelessOf, isRemembered, lastOf, meetServing, type Scene } from "./scene.ts";

/** A row of a header that breaks a rule of its place: rejected, and its id is bad for ever. */
function header(input: string, code: string, changed: (block: Block, scene: Scene) => Partial<Header>): InputRow {
  const bad = (scene: Scene) => forgedEnd(scene.better.blocks, changed(lastOf(scene.better.blocks), scene));
  return {
    input: `header: ${input}: rejected, its id is invalid`,
    code,
    score: 100,
    play: (scene) => meetServing(scene, "liar", bad(scene)),
    after: (scene) => isRemembered(scene, lastOf(bad(scene))),
  };
}

/** A row of headers that say nothing of any good one. */
function headers(input: string, code: string, score: number, made: (scene: Scene) => readonly Block[]): InputRow {
  return {
    input: `headers: ${input}`,
    code,
    score,
    play: (scene) => meetServing(scene, "liar", made(scene)),
    after: comesElsewhere,
  };
}

export const headerRows: readonly InputRow[] = [
  headers("not contiguous", "HEADERS_NOT_CONTIGUOUS", 100, ({ better }) => better.blocks.filter((_, at) => at !== 2)),
  headers("less work than their difficulty", "HEADER_WORK", 100, ({ better }) => forgedEnd(better.blocks, {}, false)),
  header("bad difficulty transition", "HEADER_DIFFICULTY", () => ({ difficulty: 65 })),
  header("bad height", "HEADER_HEIGHT", ({ sealed }) => ({ height: sealed.header.height + 1 })),
  header("time <= median of last 11", "HEADER_TIME", (_, { stage }) => ({ time: stage.rules.parameters.genesisTime })),
  header("bad version", "HEADER_VERSION", () => ({ version: 2 })),
  header("more than a block may have", "HEADER_LIMIT", () => ({ transactionCount: 4_001 })),
  {
    input: "header: bad chainId, among headers of this chain",
    code: "HEADER_CHAIN",
    score: 100,
    async play({ stage, better }) {
      const liar = await stage.meet("liar", serving(forgedEnd(better.blocks, { chainId: "ab".repeat(32) })));
      await liar.tell(tipOf(lastOf(better.blocks)));
    },
    after: comesElsewhere,
  },
  headers("bad seal: this copy only", "HEADER_SEAL", 100, ({ better }) =>
    better.blocks.map((each) => ({ ...each, sealed: { ...each.sealed, seal: new Uint8Array(64).fill(1) } })),
  ),
  {
    input: "header too far in future (> 2 min): held, tried again",
    code: "HEADER_FUTURE",
    score: 0,
    async play({ stage, own }) {
      const { blocks } = await early(own, stage.clock.wall() + 150_000);
      await meetServing({ stage }, "liar", blocks);
    },
    async after({ stage, own }) {
      await stage.pass(stage.interval);
      return stage.tip.height === own.tip.height + 1;
    },
  },
  {
    input: "headers not connecting to ours: asked for once",
    code: "HEADER_ORPHAN",
    score: 0,
    async play(scene) {
      const liar = await meetServing(scene, "liar", homelessOf(scene));
      if (liar.asked.length !== 1) throw new Error(`asked ${liar.asked.length} times`);
    },
    after: comesElsewhere,
  },
  {
    input: "headers not connecting to ours, 10 in a row",
    code: "ORPHANS",
    score: 20,
    async play(scene) {
      const liar = await meetServing(scene, "liar", homelessOf(scene));
      for (let at = 1; at < 10; at += 1) {
        await scene.stage.pass(300);
        await liar.tell(tipOf(lastOf(homelessOf(scene))));
      }
    },
    after: comesElsewhere,
  },
  {
    input: "our own message echoed",
    score: 0,
    play: ({ stage, own }) => meetServing({ stage }, "liar", own.blocks),
  },
];

/** The own chain and a block of this time. */
async function early(own: Branch, time: number): Promise<Branch> {
  const branch = new Branch(own.rules, own);
  await branch.grow(anna, [], time - own.tip.time);
  return branch;
}
