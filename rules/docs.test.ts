import { describe, expect, test } from "vitest";
import { compileDocs } from "./house/compile-docs.ts";
import { blocksOf, commentsOf, deadLinks, machineWords, modulesOf, oddBlocks, type Page } from "./house/docs-law.ts";
import { listFiles, readText } from "./house/repository.ts";

const files = listFiles();
const pages = files.filter((path) => path.endsWith(".md")).map((path): Page => ({ path, text: readText(path) }));
const shown = pages.filter(({ path }) => !path.startsWith(".changeset/"));
const isDoor = /^packages\/[^/]+\/src\/(\w+\/)?index\.ts$/;
/** Comments of the files that users import from. */
const doors = files.filter((path) => isDoor.test(path)).map((path) => commentsOf({ path, text: readText(path) }));

function page(text: string, path = "docs/a.md"): Page {
  return { path, text };
}

describe("these documents", () => {
  test("are there", () => {
    const paths = shown.map(({ path }) => path);
    for (const path of [
      "README.md",
      "CONTRIBUTING.md",
      "SECURITY.md",
      "docs/architecture.md",
      "docs/wire.md",
      "docs/promises.md",
    ]) {
      expect(paths).toContain(path);
    }
  });

  test("stand in every package, with code to begin with", () => {
    for (const folder of new Set(files.flatMap((path) => /^packages\/([^/]+)\/package\.json$/.exec(path)?.[1] ?? []))) {
      const readme = shown.find(({ path }) => path === `packages/${folder}/README.md`);
      expect(readme?.text, folder).toMatch(/^```(ts|sh)$/m);
    }
  });

  test("begin the main door of every package with code, in a comment", () => {
    const main = doors.filter(({ path }) => /^packages\/[^/]+\/src\/index\.ts$/.test(path));
    expect(main.filter((door) => modulesOf(door).length === 0).map(({ path }) => path)).toEqual([]);
  });

  test("have no dead link", () => expect(deadLinks(shown, files)).toEqual([]));

  test("name no machine and no registry", () => expect(machineWords(shown)).toEqual([]));

  test("let all their TypeScript be compiled", () => expect(oddBlocks(shown)).toEqual([]));

  test("show code that compiles", { timeout: 60_000 }, () => {
    expect(shown.flatMap(modulesOf).length).toBeGreaterThan(0);
    expect(doors.flatMap(modulesOf).length).toBeGreaterThan(0);
    expect(compileDocs([...shown, ...doors])).toEqual([]);
  });

  test("hold decisions of at most 40 lines, numbered without a gap", () => {
    const decisions = shown.filter(({ path }) => /^docs\/decisions\/\d{4}-/.test(path));
    expect(decisions.map(({ path }) => Number(/(\d{4})-/.exec(path)?.[1]))).toEqual(decisions.map((_, at) => at + 1));
    for (const { path, text } of decisions) {
      expect(text.trimEnd().split("\n").length, path).toBeLessThanOrEqual(40);
      for (const part of ["## Context", "## Decision", "## Consequence"]) expect(text, path).toContain(part);
    }
  });
});

describe("a planted fault is found", () => {
  test("a dead link, a dead anchor", () => {
    const faulty = page("[a](b.md) [c](#nowhere) [d](../LICENSE) [e](#here) [f](https://example.org)\n# Here");
    expect(deadLinks([faulty], ["docs/a.md", "LICENSE"])).toEqual([
      "docs/a.md: b.md leads nowhere",
      "docs/a.md: #nowhere names no heading",
    ]);
  });

  test("links in code are no links", () => {
    expect(deadLinks([page("```ts\n[a](b.md)\n```\n`[c](d.md)`")], [])).toEqual([]);
  });

  test.each(["see /home/someone/notes", "(/root/key)", "C:\\keys", "https://registry.example.org/a"])("%s", (text) => {
    expect(machineWords([page(text)])).toHaveLength(1);
  });

  test("a block that asks to be left out", () => {
    expect(oddBlocks([page("```ts no-check\nlet a: 1 = 2;\n```")])).toHaveLength(1);
  });

  test("code that does not compile, with its place; blocks that continue know what came before", {
    timeout: 60_000,
  }, () => {
    const sound = page(
      '```ts\nimport { ports } from "@swarm-space/core";\n```\n```ts continues\nexport const a = ports.clock.name;\n```',
    );
    const faulty = page("text\n```ts\nconst a: string = 1;\n```", "docs/b.md");
    const problems = compileDocs([sound, faulty]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^docs\/b\.md, block at line 2, its line 1: .*TS2322/);
  });
});

test("comments are read without their stars, and code beside them is not read", () => {
  const text = "/**\n * a\n *\n * ```ts\n * b;\n * ```\n */\nexport const fence = `\n```ts\nc\n```\n`;";
  expect(blocksOf(commentsOf(page(text, "packages/a/src/index.ts")))).toEqual([{ line: 4, info: "ts", code: "b;" }]);
});

test("blocks are read with their fences, languages and lines", () => {
  const text = "a\n````md\n```ts\nb\n```\n````\n~~~json\n{}\n~~~";
  expect(blocksOf(page(text))).toEqual([
    { line: 2, info: "md", code: "```ts\nb\n```" },
    { line: 7, info: "json", code: "{}" },
  ]);
  expect(modulesOf(page(text))).toEqual([]);
});
