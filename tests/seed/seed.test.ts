import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { architecture } from "./sections/architecture.ts";
import { benefits } from "./sections/benefits.ts";
import { blockchain } from "./sections/blockchain.ts";
import { configuration } from "./sections/configuration.ts";
import { discovery } from "./sections/discovery.ts";
import { flow } from "./sections/flow.ts";
import { outlook } from "./sections/outlook.ts";
import { performance } from "./sections/performance.ts";
import { resilience } from "./sections/resilience.ts";
import { technology } from "./sections/technology.ts";
import { troubleshooting } from "./sections/troubleshooting.ts";
import { gapsOf } from "./support/gaps.ts";
import { HeadingBook } from "./support/heading-book.ts";
import { Place } from "./support/place.ts";
import { readSeed } from "./support/read-seed.ts";
import { type CompiledBlocks, compileBlocks } from "./support/run-blocks.ts";

const kept = readFileSync(new URL("seed.txt", import.meta.url), "utf8");
const seed = readSeed(kept);
const book = new HeadingBook();
let opened: { readonly place: Place; readonly blocks: CompiledBlocks } | undefined;
const parts = () => opened ?? expect.fail("nothing is open");
const place = () => parts().place;
const blocks = () => parts().blocks;

beforeAll(async () => {
  const [place, blocks] = await Promise.all([Place.open(), compileBlocks(seed)]);
  opened = { place, blocks };
}, 60_000);
afterEach(() => opened?.place.clear());
afterAll(async () => {
  await opened?.blocks.remove();
  await opened?.place[Symbol.asyncDispose]();
});

technology(book, place);
architecture(book, place);
resilience(book);
blockchain(book);
flow(book, place);
discovery(book, place);
performance(book, place);
benefits(book, place);
configuration(book, place, blocks);
troubleshooting(book, place);
outlook(book);

describe("the seed", () => {
  test("has a test for every heading, and for every line under it, in its order and words", () => {
    expect(gapsOf(seed, book.told)).toEqual([]);
    expect(seed).toHaveLength(40);
  });

  test("is kept here as it is: SEED_FILE names the one to compare with", () => {
    const { SEED_FILE } = process.env;
    if (SEED_FILE !== undefined) expect(kept).toBe(readFileSync(SEED_FILE, "utf8"));
    expect(createHash("sha256").update(kept).digest("hex")).toBe(
      "a99ef597aa11a0eeaf5e58998d4cb493941c9517fe3f1b0f64f989b4c001bea2",
    );
  });
});
