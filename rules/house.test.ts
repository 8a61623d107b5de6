import { describe, expect, test } from "vitest";
import * as effectLaw from "./house/effect-law.ts";
import type { House, Law, Manifest } from "./house/house.ts";
import * as importLaw from "./house/import-law.ts";
import * as packageLaw from "./house/package-law.ts";
import { readHouse } from "./house/repository.ts";
import { parseSource } from "./house/source.ts";
import * as textLaw from "./house/text-law.ts";
import { plantedManifests, plantedSources } from "./planted.ts";

const { countCodeLines, ...textLaws } = textLaw;
const laws: Readonly<Record<string, Law>> = { ...importLaw, ...effectLaw, ...textLaws, ...packageLaw };

const whole: Manifest = {
  type: "module",
  license: "MIT",
  version: "0.1.0",
  description: "A package",
  sideEffects: false,
  engines: { node: ">=22" },
  exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } },
  files: ["dist", "src", "!dist/.tsbuildinfo"],
  publishConfig: { access: "public" },
  keywords: ["swarm-space"],
  scripts: { build: "tsc -b" },
};
const coreAsPeer = {
  peerDependencies: { "@swarm-space/core": ">=0.1.0 <1" },
  devDependencies: { "@swarm-space/core": "*" },
};
const zod = { dependencies: { zod: "4.6.7" } };

/** Folders of a small sound house. Each has an index.ts; a planted file is added to it or replaces one. */
const manifests: Readonly<Record<string, Manifest>> = {
  core: { ...whole, name: "@swarm-space/core", ...zod },
  resilience: { ...whole, name: "@swarm-space/resilience", ...coreAsPeer },
  "transport-gun": {
    ...whole,
    name: "@swarm-space/transport-gun",
    ...coreAsPeer,
    dependencies: { "@swarm-space/gun-driver": "^0.1.0" },
  },
  testkit: { ...whole, name: "@swarm-space/testkit", ...coreAsPeer },
  "gun-driver": { ...whole, name: "@swarm-space/gun-driver", dependencies: { gun: "0.2020.1241" } },
};
const files: Readonly<Record<string, string>> = {
  "packages/core/src/index.ts": 'export * as z from "zod";',
  "packages/resilience/src/index.ts": 'import { definePlugin } from "@swarm-space/core"; export default definePlugin;',
  "packages/testkit/src/index.ts": 'export { SwarmError } from "@swarm-space/core";',
  "packages/transport-gun/src/index.ts":
    'import { definePlugin } from "@swarm-space/core"; import { dial } from "@swarm-space/gun-driver"; export { definePlugin, dial };',
  "packages/gun-driver/src/index.ts": 'import Gun from "gun/gun.js"; export const dial = Gun;',
};

function houseWith(
  planted: Readonly<Record<string, string>>,
  changed: Readonly<Record<string, Partial<Manifest>>> = {},
): House {
  const all = Object.entries({ ...files, ...planted });
  const folders = new Set([...Object.keys(manifests), ...Object.keys(changed)]);
  return {
    sources: all.map(([path, text]) => parseSource(path, text)),
    manifests: new Map([...folders].map((folder) => [folder, { ...(manifests[folder] ?? whole), ...changed[folder] }])),
    rootManifest: { devDependencies: { vitest: "5.1.1" } },
    references: Object.keys(manifests),
  };
}

/** Names of the laws that a house breaks. */
function broken(house: House): readonly string[] {
  return Object.keys(laws).filter((name) => (laws[name]?.(house).length ?? 0) > 0);
}

describe("this house", () => {
  const house = readHouse();

  test("has sources to judge", () => {
    expect(house.sources.length).toBeGreaterThan(50);
    expect(house.manifests.size).toBeGreaterThanOrEqual(6);
  });

  test.each(Object.entries(laws))("%s", (_name, law) => {
    const problems = law(house);
    expect(problems, problems.join("\n")).toEqual([]);
  });
});

describe("a sound small house", () => {
  test("breaks no law", () => {
    expect(broken(houseWith({}))).toEqual([]);
  });

  test.each<[string, Record<string, string>]>([
    [
      "node: in core's node room",
      { "packages/core/src/node/files.ts": 'import { readFile } from "node:fs/promises"; export { readFile };' },
    ],
    [
      "a clock in an adapter file",
      { "packages/core/src/system/system-clock.ts": "export const now = () => Date.now();" },
    ],
    [
      "a window that is no browser's",
      {
        "packages/core/src/messaging/receive.ts":
          "export function base(window: { base: number }) { return { window, base: window.base }; }",
      },
    ],
    [
      "a constant table at top level",
      {
        "packages/core/src/table.ts":
          'export const table = Object.freeze({ a: 1 }); export const list = Object.freeze(["a"]);',
      },
    ],
    ["a map inside a class", { "packages/core/src/book.ts": "export class Book { readonly peers = new Map(); }" }],
    [
      "any with its reason",
      {
        "packages/core/src/any.ts":
          "// biome-ignore lint/suspicious/noExplicitAny: the library gives no type\nexport type Loose = any;",
      },
    ],
    [
      "a date of a known time",
      { "packages/core/src/date.ts": "export const show = (ms: number) => new Date(ms).toISOString();" },
    ],
    [
      "a property named like a global",
      { "packages/core/src/part.ts": "export const part = (way: { process: number }) => way.process;" },
    ],
    [
      "a test of core with the testkit",
      {
        "packages/core/test/a.test.ts":
          'import { test } from "vitest"; import { clock } from "@swarm-space/testkit"; test("a", () => clock);',
      },
    ],
  ])("%s is allowed", (_what, planted) => {
    expect(broken(houseWith(planted))).toEqual([]);
  });
});

describe("a planted violation goes red", () => {
  test.each(plantedSources)("%s in %s: %s", (law, path, text, expected) => {
    const problems = laws[law]?.(houseWith({ [path]: text })) ?? [];
    expect(problems.join("\n")).toContain(expected);
    expect(problems.join("\n")).toContain(path);
  });

  test.each(plantedManifests)("%s in the package.json of %s: %o", (law, folder, change, expected) => {
    const problems = laws[law]?.(houseWith({}, { [folder]: change })) ?? [];
    expect(problems.join("\n")).toContain(expected);
  });

  test("every law has one", () => {
    const proven = new Set([...plantedSources, ...plantedManifests].map(([law]) => law));
    expect([...proven].sort()).toEqual(Object.keys(laws).sort());
  });
});

test("lines of code are neither blank nor comment", () => {
  expect(
    countCodeLines(
      parseSource(
        "a.ts",
        "/** One\n * two */\nexport const a = 1; // three\n\n// four\nexport const b = `\n//five\n`;\n",
      ),
    ),
  ).toBe(4);
});
