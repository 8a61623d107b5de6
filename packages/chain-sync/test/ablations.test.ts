import { TokenBucket } from "@swarm-space/core";
import { afterEach, describe, expect, test, vi } from "vitest";
import { checkBody, connectBlock } from "../src/chain/block-checks.ts";
import { checkHeaderAlone, checkHeaderInPlace } from "../src/chain/header-checks.ts";
import { RecentIds } from "../src/live/recent-ids.ts";
import { accepted } from "../src/model/index.ts";
import { RecentlyRefused } from "../src/pool/recently-refused.ts";
import { BodyPlan } from "../src/sync/body-plan.ts";
import { Court, type Fault } from "../src/sync/court.ts";
import { MinuteCount } from "../src/sync/minute-count.ts";
import { PeerScores } from "../src/sync/peer-scores.ts";
import { bodiesAnswer, headersAnswer, messageSchema } from "../src/sync/wire.ts";
import { Branch, personOf } from "./support/chain-play.ts";
import { blockRows } from "./support/input/blocks.ts";
import { headerRows } from "./support/input/headers.ts";
import { demanded, type InputRow, playRow } from "./support/input/input-row.ts";
import { messageRows } from "./support/input/messages.ts";
import { peerRows } from "./support/input/peers.ts";
import { lastOf, openScene } from "./support/input/scene.ts";
import { transactionRows } from "./support/input/transactions.ts";
import { bodiesOf, packed, SyncStage, serving, tipOf } from "./support/sync-stage.ts";

vi.mock("../src/chain/header-checks.ts", { spy: true });
vi.mock("../src/chain/block-checks.ts", { spy: true });
const limits = vi.hoisted(() => ({
  window: 20,
  bodiesInFlight: 16,
  bodiesInFlightOfAll: 128,
  bytesPerAnswer: 2_097_152,
}));
vi.mock("../src/sync/sync-limits.ts", async (load) => {
  const { syncLimits } = await load<typeof import("../src/sync/sync-limits.ts")>();
  const changing = {
    get window() {
      return limits.window;
    },
    get bodiesInFlight() {
      return limits.bodiesInFlight;
    },
    get bodiesInFlightOfAll() {
      return limits.bodiesInFlightOfAll;
    },
    get bytesPerAnswer() {
      return limits.bytesPerAnswer;
    },
  };
  return { syncLimits: Object.defineProperties({ ...syncLimits }, Object.getOwnPropertyDescriptors(changing)) };
});
afterEach(() => {
  vi.restoreAllMocks();
  Object.assign(limits, { window: 20, bodiesInFlight: 16, bodiesInFlightOfAll: 128, bytesPerAnswer: 2_097_152 });
});

const rows = [...messageRows, ...headerRows, ...blockRows, ...transactionRows, ...peerRows];
function rowOf(words: string): InputRow {
  return rows.find(({ input }) => input.includes(words)) ?? expect.fail(`no row says "${words}"`);
}

/** Whatever it was asked, it is well-formed. */
const anything = (schema: { safeParse(value: unknown): unknown }) =>
  vi.spyOn(schema, "safeParse").mockImplementation((data) => ({ success: true, data }));

/** Charges for all but this. */
function withoutFault(code: Fault): void {
  const { fault } = Court.prototype;
  vi.spyOn(Court.prototype, "fault").mockImplementation(function (this: Court, ...[peer, each, points]) {
    if (each !== code) fault.call(this, peer, each, points);
  });
}

const noPoints = () => vi.spyOn(PeerScores.prototype, "charge").mockReturnValue(false);
const anyHeader = () => vi.mocked(checkHeaderAlone).mockReturnValue(accepted);
const anyPlace = () => vi.mocked(checkHeaderInPlace).mockReturnValue(accepted);
const anyBody = () => vi.mocked(checkBody).mockReturnValue(accepted);
const noMemory = () => vi.spyOn(RecentIds.prototype, "has").mockReturnValue(false);

/** A state that is whatever the header says. */
async function anyState(): Promise<void> {
  const real = await vi.importActual<typeof import("../src/chain/block-checks.ts")>("../src/chain/block-checks.ts");
  vi.mocked(connectBlock).mockImplementation((rules, parent, block) => {
    const connected = real.connectBlock(rules, parent, block);
    return connected.ok ? connected : { ok: true, state: parent, delta: new Map(), undo: new Map(), receipts: [] };
  });
}

/** A guard of the synchronisation, how it is switched off, and rows of the table of invalid input that it serves. */
const guards: readonly (readonly [string, () => unknown, readonly string[]])[] = [
  ["scores", noPoints, ["headers: not contiguous", "bytes not decodable: a body", "tx bad signature"]],
  [
    "the form of messages",
    () => anything(messageSchema),
    ["locator > 101", "count > limit: 17", "count > limit: 1,001"],
  ],
  ["the form of bodies", () => anything(bodiesAnswer), ["body of more than 1 MiB"]],
  ["the form of headers", () => anything(headersAnswer), ["more than 2,000 headers"]],
  [
    "what a header is by itself",
    anyHeader,
    ["less work than", "bad version", "more than a block may have", "bad seal", "bad chainId"],
  ],
  ["what a header is in its place", anyPlace, ["bad difficulty", "bad height", "time <= median", "too far in future"]],
  ["memory of bad headers", noMemory, ["bad difficulty", "bad height"]],
  ["bodies held against their headers", anyBody, ["body not matching txRoot"]],
  ["a block's state", anyState, ["stateRoot mismatch", "more spent than is there", "a transaction twice"]],
  [
    "memory of refused transactions",
    () => vi.spyOn(RecentlyRefused.prototype, "has").mockReturnValue(false),
    ["tx bad nonce", "tx bad fee"],
  ],
  [
    "the stall rule",
    () => vi.spyOn(BodyPlan.prototype, "stalled").mockReturnValue(undefined),
    ["no answer in time: another"],
  ],
  ["measures", () => vi.spyOn(TokenBucket.prototype, "take").mockReturnValue(true), ["resource overuse"]],
  [
    "counts by the minute",
    () => vi.spyOn(MinuteCount.prototype, "add").mockReturnValue(0),
    ["over 100 a minute", "over 1,000 a minute"],
  ],
  ["the cap of orphans", () => withoutFault("ORPHANS"), ["10 in a row"]],
  ["the charge for what nobody asked for", () => withoutFault("UNASKED"), ["unknown reqId"]],
  ["the charge for what is not there", () => withoutFault("NOT_FOUND"), ["notFound", "never serves"]],
  ["the charge for silence", () => withoutFault("NO_ANSWER"), ["no answer in time, to a question"]],
];

describe("ablation: with a guard switched off, the rows that it serves go red", () => {
  test.each(guards.flatMap(([guard, off, words]) => words.map((each) => [guard, each, off] as const)))(
    "without %s: %s",
    async (_guard, words, off) => {
      const row = rowOf(words);
      await off();
      expect(await playRow(row)).not.toEqual(demanded(row));
    },
  );

  test.each(["a transaction that nobody signed", "tx bad signature"])("without signatures: %s", async (words) => {
    const { stage, ...row } = rowOf(words);
    expect(stage?.()).toHaveProperty("verifier");
    expect(await playRow(row)).not.toEqual(demanded(row));
  });
});

const anna = personOf(1);
async function grown(stage: SyncStage, length: number): Promise<Branch> {
  const branch = new Branch(stage.rules);
  for (let at = 0; at < length; at += 1) await branch.grow(anna);
  return branch;
}

describe("limits of what is asked for", () => {
  /** Of thirty blocks, of those that answer no question for bodies: how many are asked for. */
  async function askedOf(names: readonly string[]): Promise<number> {
    const stage = await SyncStage.open();
    const { blocks } = await grown(stage, 30);
    const silent = serving(blocks, ({ kind }) => (kind === "getBodies" ? new Promise(() => {}) : undefined));
    let asked = 0;
    for (const name of names) {
      const peer = await stage.meet(name, silent);
      await peer.tell(tipOf(lastOf(blocks)));
      asked += peer.asked.flatMap((each) => (each.kind === "getBodies" ? each.ids : [])).length;
    }
    stage.close();
    return asked;
  }

  /** How high above the tip bodies are asked for, where the first is missing. */
  async function askedAbove(): Promise<number> {
    const stage = await SyncStage.open();
    const { blocks } = await grown(stage, 30);
    const peer = await stage.meet("peer", (question) =>
      question.kind === "getHeaders" ? serving(blocks)(question) : serving(blocks.slice(1))(question),
    );
    for (let round = 0; round < 4; round += 1) {
      await peer.tell(tipOf(lastOf(blocks)));
      await stage.pass(16_000);
    }
    const kept = blocks.findLastIndex(({ id }) => stage.room.chain.tree.get(id)?.status === "body") + 1;
    stage.close();
    return kept;
  }

  test("sixteen bodies of one peer; ablation: all", async () => {
    expect(await askedOf(["one"])).toBe(16);
    limits.bodiesInFlight = 1_000;
    expect(await askedOf(["one"])).toBe(20);
  });

  test("so many bodies of all peers together; ablation: all", async () => {
    limits.window = 1_000;
    limits.bodiesInFlightOfAll = 24;
    expect(await askedOf(["one", "two"])).toBe(24);
    limits.bodiesInFlightOfAll = 1_000;
    expect(await askedOf(["one", "two"])).toBe(30);
  });

  test("an answer ends with the body that passes its size; ablation: with the last", async () => {
    const { stage, own } = await openScene();
    const asker = await stage.meet("asker");
    const ask = () => asker.ask({ kind: "getBodies", ids: packed([...own.blocks, ...own.blocks].map(({ id }) => id)) });
    limits.bytesPerAnswer = 3;
    expect(await ask()).toEqual(bodiesOf(own.blocks));
    limits.bytesPerAnswer = 1_000;
    expect(await ask()).toEqual(bodiesOf([...own.blocks, ...own.blocks]));
    stage.close();
  });

  test("no further above the tip than the window; ablation: all", async () => {
    expect(await askedAbove()).toBe(20);
    limits.window = 1_000;
    expect(await askedAbove()).toBe(30);
  });
});

test("what was banned is not heard, not asked, and not answered; ablation: it is", async () => {
  const scene = async () => {
    const { stage, better, own } = await openScene();
    const liar = await stage.meet("liar", serving(better.blocks));
    await liar.tell({ kind: "tip", header: new Uint8Array(1) });
    await liar.tell(tipOf(lastOf(better.blocks)));
    const question = { kind: "getHeaders", locator: packed([own.tip.id]) };
    const answer = await liar.ask(question).catch(({ code }: { readonly code: string }) => code);
    await stage.sync.syncNow(new AbortController().signal);
    stage.close();
    return {
      isMoved: stage.tip.id === better.tip.id,
      isAsked: liar.asked.length > 0,
      isAnswered: answer !== "CHAIN_PEER_BUSY",
    };
  };
  expect(await scene()).toEqual({ isMoved: false, isAsked: false, isAnswered: false });
  vi.spyOn(PeerScores.prototype, "isBanned").mockReturnValue(false);
  expect(await scene()).toEqual({ isMoved: true, isAsked: true, isAnswered: true });
});

test("a body that nobody asked for is not taken, also where its header is known", async () => {
  const { stage, better, own } = await openScene();
  const silent = serving(better.blocks, ({ kind }) => (kind === "getBodies" ? new Promise(() => {}) : undefined));
  const peer = await stage.meet("peer", silent);
  await peer.tell(tipOf(lastOf(better.blocks)));
  const other = await stage.meet("other");
  await other.tell(bodiesOf(better.blocks));
  expect(stage.tip.id).toBe(own.tip.id);
  expect(stage.points(other)).toBe(10);
  stage.close();
});

test("a full disk: the same bodies are asked for once in fifteen seconds, not without end", async () => {
  const row = rowOf("internal error");
  const scene = await openScene(row.stage?.());
  await row.play(scene);
  await scene.stage.pass(60_000);
  expect(scene.stage.sync.court.rejected["INTERNAL"]).toBeLessThanOrEqual(4 * 6);
  scene.stage.close();
});

test("two answers with the same bodies at the same moment: each body is taken once; ablation: twice", async () => {
  const received = async () => {
    const stage = await SyncStage.open();
    const { blocks } = await grown(stage, 3);
    const release = Promise.withResolvers<void>();
    const late = serving(blocks, (question) =>
      question.kind === "getBodies" ? release.promise.then(() => serving(blocks)(question)) : undefined,
    );
    for (const name of ["slow", "swift"]) await (await stage.meet(name, late)).tell(tipOf(lastOf(blocks)));
    await stage.pass(2_100);
    release.resolve();
    await stage.pass(10);
    stage.close();
    expect(stage.tip.height).toBe(3);
    return stage.sync.bodies.received;
  };
  expect(await received()).toBe(3);
  vi.spyOn(BodyPlan.prototype, "land").mockReturnValue(true);
  expect(await received()).toBe(6);
});

describe("an only peer that faltered once", () => {
  /** Seconds until forty blocks of its are here, where its first answer comes after so many ms, or never. */
  async function secondsUntilAll(lateMs: number): Promise<number> {
    const stage = await SyncStage.open();
    limits.window = 1_000;
    const { blocks } = await grown(stage, 40);
    let asked = 0;
    const faltering = serving(blocks, (question) => {
      if (question.kind !== "getBodies" || ++asked > 1) return undefined;
      return new Promise((resolve) => stage.clock.timer(lateMs, () => resolve(serving(blocks)(question))));
    });
    await (await stage.meet("peer", faltering)).tell(tipOf(lastOf(blocks)));
    let seconds = 0;
    while (stage.tip.height < 40 && seconds < 100) {
      await stage.pass(1_000);
      seconds += 1;
    }
    stage.close();
    return seconds;
  }

  test("is asked on as soon as it answers; ablation: it rests", async () => {
    expect(await secondsUntilAll(3_000)).toBe(3);
    const { prosper } = BodyPlan.prototype;
    vi.spyOn(BodyPlan.prototype, "prosper").mockImplementation(function (this: BodyPlan) {
      prosper.call(this, "nobody");
    });
    expect(await secondsUntilAll(3_000)).toBe(17);
  });

  test("and never answered is asked again when it has rested; ablation: at the next beat", async () => {
    expect(await secondsUntilAll(1e9)).toBe(30);
    const { wakeAt } = BodyPlan.prototype;
    vi.spyOn(BodyPlan.prototype, "wakeAt").mockImplementation(function (this: BodyPlan, lowest, now) {
      return this.inFlight === 0 ? undefined : wakeAt.call(this, lowest, now);
    });
    expect(await secondsUntilAll(1e9)).toBe(100);
  });
});
