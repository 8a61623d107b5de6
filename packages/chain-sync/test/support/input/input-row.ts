import { isDeepStrictEqual } from "node:util";
import type { SyncStageOptions } from "../sync-stage.ts";
import { openScene, type Scene } from "./scene.ts";

/** One input of the design's table, and what the table demands. */
export interface InputRow {
  /** In the table's words. */
  readonly input: string;
  /** Points that it costs whoever sent it; 100: banned at once. */
  readonly score: number;
  /** By which it is counted; undefined: it is not. */
  readonly code?: string;
  /** Default: none. */
  stage?(): SyncStageOptions;
  /** Sends it as a peer named `liar`. */
  play(scene: Scene): Promise<unknown>;
  /** What the table says of the time after: true where it is so. */
  after?(scene: Scene): Promise<boolean>;
}

export interface InputOutcome {
  readonly score: number;
  readonly isCounted: boolean;
  /** Chain, state, medium and pool are as before. */
  readonly isUntouched: boolean;
  readonly isSoAfter: boolean;
}

export const demanded = ({ score, code }: InputRow): InputOutcome => ({
  score,
  isCounted: code !== undefined,
  isUntouched: true,
  isSoAfter: true,
});

export async function playRow(row: InputRow): Promise<InputOutcome> {
  const scene = await openScene(row.stage?.());
  const { stage } = scene;
  const before = await stage.standing();
  await row.play(scene);
  await stage.pass(5);
  const { court } = stage.sync;
  const outcome = {
    score: court.isBanned("liar") ? 100 : stage.points({ id: "liar" }),
    isCounted: row.code !== undefined && (court.rejected[row.code] ?? 0) > 0,
    isUntouched: isDeepStrictEqual(await stage.standing(), before),
  };
  const isSoAfter = row.after === undefined || (await row.after(scene));
  stage.close();
  return { ...outcome, isSoAfter };
}
