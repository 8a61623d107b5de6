import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { blockchain } from "./sections/blockchain.ts";
import { discovery } from "./sections/discovery.ts";
import { flow } from "./sections/flow.ts";
import { resilience } from "./sections/resilience.ts";
import { technology } from "./sections/technology.ts";
import { gapsOf } from "./support/gaps.ts";
import { HeadingBook } from "./support/heading-book.ts";
import { Place } from "./support/place.ts";
import { readSeed } from "./support/read-seed.ts";

const seed = readSeed(readFileSync(new URL("seed.txt", import.meta.url), "utf8"));
const book = new HeadingBook();
let opened: Place | undefined;
const place = () => opened ?? expect.fail("the place is not open");
beforeAll(async () => {
  opened = await Place.open();
});
afterAll(() => opened?.[Symbol.asyncDispose]());

technology(book, place);
resilience(book);
blockchain(book);
flow(book, place);
discovery(book, place);

test("every heading of the seed, and every line under it, has its test, in the seed's order and words", () => {
  expect(gapsOf(seed, book.told)).toEqual([]);
});
