import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { SeededRandom } from "@swarm-space/testkit";
import { describe, expect, test } from "vitest";
import { type Decoder, runCampaign } from "../fuzz/campaign.mjs";
import { readCorpus } from "../fuzz/corpus.mjs";
import { houseDecoders, type Load, refusals } from "../fuzz/decoders/index.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const load: Load = (folder, module) => import(/* @vite-ignore */ `${root}packages/${folder}/src/${module}.ts`);
const decoders = await houseDecoders(load);
const isRefusal = await refusals(load);
const seed = "short/1";

const campaign = (decoder: Decoder, execs: number) =>
  runCampaign(decoder, { execs, random: new SeededRandom(seed), corpus: readCorpus(decoder.name), isRefusal });

describe("any bytes give an answer or a typed refusal", () => {
  test.each(decoders.map((decoder) => [decoder.name, decoder] as const))(
    "%s",
    { timeout: 60_000 },
    async (_, decoder) => {
      const result = await campaign(decoder, 2_000);
      expect(result.findings.map(({ what, turn, hex }) => `${what}, turn ${turn}: ${hex.slice(0, 200)}`)).toEqual([]);
      expect(result.tries).toBe(2_000);
      expect(result.accepted, "nothing sound was among the inputs").toBeGreaterThan(0);
      expect(result.tries - result.accepted, "nothing was refused").toBeGreaterThan(0);
      expect(result.outcomes.size).toBeGreaterThan(1);
    },
  );

  test("every decoder has a corpus, and every corpus a decoder", () => {
    const names = decoders.map((decoder) => decoder.name);
    expect(new Set(names).size).toBe(names.length);
    expect(readdirSync(`${root}fuzz/corpus`).sort()).toEqual([...names].sort());
  });
});

describe("a faulty decoder is found", () => {
  const seeds = [Uint8Array.of(1, 2, 3, 4)];
  const planted: readonly (Decoder & { readonly finds: RegExp })[] = [
    {
      name: "throws",
      seeds,
      finds: /^threw TypeError/,
      run: (bytes) => {
        if (bytes[0] === 7) throw new TypeError("what no caller expects");
      },
    },
    {
      name: "rejects",
      seeds,
      finds: /^threw RangeError/,
      run: async (bytes) => {
        if (bytes.length > 6) throw new RangeError("later");
      },
    },
    {
      name: "pollutes",
      seeds,
      finds: /^altered Object\.prototype\.polluted/,
      run: (bytes) => {
        if (bytes[1] === 0) Object.assign(Object.prototype, { polluted: true });
      },
    },
    {
      name: "pollutes unseen",
      seeds,
      finds: /^altered Array\.prototype\.polluted/,
      run: () => {
        Object.defineProperty(Array.prototype, "polluted", { value: 1, configurable: true, enumerable: false });
      },
    },
  ];

  test.each(planted.map((decoder) => [decoder.name, decoder] as const))("that %s", async (_, decoder) => {
    const { errors, findings } = await campaign(decoder, 5_000);
    expect(errors).toBeGreaterThan(0);
    expect(findings.map(({ what }) => what).join()).toMatch(decoder.finds);
    expect("polluted" in {} || "polluted" in [], "what was altered is set right again").toBe(false);
  });

  test("that hangs for a second, and again when asked again", async () => {
    let time = 0;
    const slow: Decoder = {
      name: "slow",
      seeds,
      run: () => {
        time += 1_500;
      },
    };
    const options = { execs: 20, random: new SeededRandom(seed), isRefusal, now: () => time };
    expect((await runCampaign(slow, options)).findings[0]?.what).toBe("took over 1000 ms");
    let naps = 0;
    const napped: Decoder = {
      ...slow,
      run: () => {
        naps += 1;
        time += naps === 5 ? 1_500 : 1;
      },
    };
    expect((await runCampaign(napped, options)).findings, "the process slept once").toEqual([]);
  });

  test("by the command: a row each, red for what throws later, never ends, or is slow", { timeout: 60_000 }, () => {
    const words = [
      "fuzz/run.mjs",
      "--execs",
      "300",
      "--seed",
      "1",
      // What never ends has a core to itself until then.
      "--patience",
      "3000",
      "--json",
      "--decoders",
      "tests/support/planted-decoders.mjs",
    ];
    const { stdout, stderr, status } = spawnSync(process.execPath, words, { cwd: root, encoding: "utf8" });
    const { rows, holds } = JSON.parse(stdout);
    const byName = new Map(rows.map((row: { name: string; value: number; holds: boolean }) => [row.name, row]));
    expect(byName.get("sound")).toMatchObject({ value: 0, unit: "errors", holds: true, tries: 300, seed: "1" });
    expect(byName.get("rejects-later")).toMatchObject({ holds: false });
    expect(byName.get("throws-later")).toMatchObject({ holds: false });
    expect(byName.get("never-ends")).toMatchObject({ holds: false, value: 1 });
    expect(byName.get("slow")).toMatchObject({ holds: false, value: 0 });
    expect(holds).toBe(false);
    expect(status).toBe(1);
    expect(stderr).toMatch(/seed 1/);
    expect(stderr).toMatch(/unhandled Error: later/);
    expect(stderr).toMatch(/uncaught Error: much later/);
  });
});
