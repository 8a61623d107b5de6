import { describe, expect, test } from "vitest";
import { gapsOf, type ToldHeading } from "./support/gaps.ts";
import { readSeed } from "./support/read-seed.ts";

const text = `# Title
## Layers
**Components:** two
- First
- [ ] Later
### Numbers
1. **One**: first
| Name | Stars |
|------|-------|
| Way | ⭐⭐ |
\`\`\`
┌──────┐
│ Box  │
└──────┘
  └─> Step ✅
\`\`\`
\`\`\`typescript
const one = 1;
const two = 2;
\`\`\`
`;
const seed = readSeed(text);
const layers: ToldHeading = { title: "## Layers", lines: ["**Components:** two", "First", "Later"], tests: 2 };
const numbers: ToldHeading = {
  title: "### Numbers",
  lines: ["**One**: first", "| Name | Stars |", "| Way | ⭐⭐ |", "Box", "Step ✅", "const one = 1;"],
  tests: 3,
};
const title: ToldHeading = { title: "# Title", lines: [], tests: 1 };

describe("what the seed says", () => {
  test("is read: sentences, items, numbers, rows, figures, and blocks of code", () => {
    expect(seed.map((heading) => [heading.title, heading.lines])).toEqual(
      [title, layers, numbers].map((told) => [told.title, told.lines]),
    );
    expect(seed[2]?.blocks).toEqual(["const one = 1;\nconst two = 2;"]);
  });
});

describe("a gap is told", () => {
  test("none where all is tested", () => expect(gapsOf(seed, [title, layers, numbers])).toEqual([]));

  test.each<[string, readonly ToldHeading[], readonly string[]]>([
    ["a heading without a test", [layers, numbers], ["# Title: no test"]],
    ["a heading whose tests are gone", [{ ...title, tests: 0 }, layers, numbers], ["# Title: no test"]],
    [
      "a line without a test",
      [title, { ...layers, lines: layers.lines.slice(1) }, numbers],
      ['## Layers: no test of "**Components:** two"'],
    ],
    [
      "a line in other words",
      [title, { ...layers, lines: ["**Components:** three", "First", "Later"] }, numbers],
      ['## Layers: no test of "**Components:** two"', '## Layers: the seed does not say "**Components:** three"'],
    ],
    ["a foreign heading", [title, layers, numbers, { ...title, title: "## Own" }], ["## Own: no heading of the seed"]],
    ["a heading told twice", [title, title, layers, numbers], ["# Title: told twice"]],
    ["another order", [title, numbers, layers], ["not in the seed's order"]],
  ])("%s", (_what, told, gaps) => expect(gapsOf(seed, told)).toEqual(gaps));
});
