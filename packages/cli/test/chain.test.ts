import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { coinsText } from "@swarm-space/chain-sync";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { coinsOption } from "../src/chain/coins.ts";
import { RunningCommand, startRelay } from "./command.ts";
import { runHere } from "./run-here.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "swarm-chain-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const chainPlugin = { use: "@swarm-space/chain-sync", with: { parameters: { leastDifficulty: 1 } } };

/** A node of its own identity, alone unless it has a relay. */
async function putConfig(name: string, relays: readonly string[] = []): Promise<void> {
  const roads = relays.length === 0 ? [] : [{ use: "@swarm-space/transport-gun", with: { relays } }];
  const store = { use: "@swarm-space/store-level", with: { path: join(folder, `${name}-data`) } };
  const plugins = [...roads, { use: "@swarm-space/resilience" }, store, chainPlugin];
  const config = { network: "chain-test", identity: { file: `${name}.key` }, plugins };
  await writeFile(join(folder, `${name}.json`), JSON.stringify(config));
}

const alone = ["--wait", "0", "--json"];

/** One act of a node that is alone, and what it told. */
async function act(...words: readonly string[]) {
  const { exitCode, out, err } = await runHere(["chain", ...words, "--config", "a.json", ...alone], { folder });
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: expect.stringMatching(/^alone: |/) });
  return JSON.parse(out.split("\n").at(-1) ?? "");
}

describe("swarm-space chain", () => {
  test("mines, gives, deploys a token, and still knows it in the next process", async () => {
    await putConfig("a");
    const first = await act("mine");
    expect(first).toMatchObject({ event: "chain:mined", blocks: [{ height: 1 }], balance: "4750000000" });
    expect(await act("donate", "1.5")).toMatchObject({ event: "chain:submitted", account: first.account });
    expect(await act("token", "deploy", "ANNA", "Anna's token")).toMatchObject({ event: "chain:submitted" });
    expect(await act("mine", "--blocks", "2")).toMatchObject({
      blocks: [{ height: 2, transactions: 2 }, { height: 3 }],
    });
    expect(await act("status")).toMatchObject({
      height: 3,
      tokens: 1,
      account: first.account,
      rewardPool: { totalContributed: "150000000" },
    });
    expect(await act("token", "list")).toMatchObject({ tokens: [{ ticker: "ANNA", held: "100" }] });
  });

  test("what is mined and paid at one node is at another that runs", { timeout: 60_000 }, async () => {
    const { relay, url } = await startRelay();
    await using _ = relay;
    await Promise.all([putConfig("a", [url]), putConfig("b", [url])]);
    await using other = new RunningCommand(["start", "b.json", "--json"], { folder });
    const { peer } = JSON.parse(await other.line(/"swarm:start"/));
    const run = (...words: readonly string[]) =>
      runHere(["chain", ...words, "--config", "a.json", "--wait", "20", "--stay", "2"], { folder });
    const mined = await run("mine");
    expect(mined).toMatchObject({ exitCode: 0, err: "", out: expect.stringMatching(/^block 1, /) });
    await other.line(/"block:connected".*"height":1/);
    expect(await run("send", peer, "2")).toMatchObject({ exitCode: 0, err: "" });
    await other.line(/"tx:accepted"/);
  });

  test("refuses what is no amount, no account, no token, and a node without a chain", async () => {
    await putConfig("a");
    for (const words of [
      ["send", "nobody", "1"],
      ["send", "ab".repeat(32), "-1"],
      ["donate", "1e9"],
      ["donate", "0"],
      ["mine", "--blocks", "0"],
      ["token", "deploy", "anna", "x"],
    ])
      expect((await runHere(["chain", ...words, "--config", "a.json"], { folder })).exitCode).toBe(2);
    const unknown = ["chain", "token", "send", "NONE", "ab".repeat(32), "1", "--config", "a.json", "--wait", "0"];
    expect(await runHere(unknown, { folder })).toMatchObject({
      exitCode: 1,
      err: expect.stringMatching(/TOKEN_UNKNOWN: .*NONE[\s\S]*cure: /),
    });
    const poor = ["chain", "send", "ab".repeat(32), "5", "--config", "a.json", "--wait", "0"];
    expect(await runHere(poor, { folder })).toMatchObject({
      exitCode: 1,
      err: expect.stringMatching(/CHAIN_TRANSACTION_REFUSED: .*TRANSACTION_BALANCE.*\n {2}cure: See `detail\.verdict`/),
    });
    await writeFile(join(folder, "bare.json"), JSON.stringify({ network: "x", plugins: [] }));
    expect(await runHere(["chain", "status", "--config", "bare.json"], { folder })).toMatchObject({
      exitCode: 1,
      err: expect.stringMatching(/^CHAIN_NOT_INSTALLED: /),
    });
  });
});

test("coins: what is written is read again", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 2_100_000_000_000_000n }), (units) => {
      expect(coinsOption(coinsText(units))).toBe(units);
    }),
  );
  expect(coinsText(0n)).toBe("0");
  expect(coinsText(1_000_000_000n)).toBe("10");
});
