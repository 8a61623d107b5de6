import { describe, expect, test } from "vitest";
import * as effectLaw from "./house/effect-law.ts";
import type { House, Law, Manifest } from "./house/house.ts";
import * as importLaw from "./house/import-law.ts";
import * as packageLaw from "./house/package-law.ts";
import { readHouse, readText } from "./house/repository.ts";
import { parseSource } from "./house/source.ts";
import * as textLaw from "./house/text-law.ts";

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
  files: ["dist", "src"],
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
    expect(law(house)).toEqual([]);
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
  const core = "packages/core/src";
  const plugin = "packages/resilience/src";

  test.each<[string, string, string, string]>([
    ["portsStandAlone", `${core}/ports/a.ts`, 'import type { B } from "../errors/b.ts"; export type A = B;', "errors"],
    ["portsStandAlone", `${core}/ports/a.ts`, 'import { z } from "zod"; export type A = z.ZodType;', "zod"],
    ["portsStandAlone", `${core}/ports/a.ts`, 'export type A = import("../assembly/b.ts").B;', "assembly"],
    [
      "roomsKnowNoAssembly",
      `${core}/messaging/a.ts`,
      'import { b } from "../assembly/b.ts"; export { b };',
      "assembly",
    ],
    ["roomsKnowNoAssembly", `${core}/security/a.ts`, 'export * from "tsyringe";', "tsyringe"],
    ["coreRunsAnywhere", `${core}/a.ts`, 'import { readFileSync } from "node:fs"; export { readFileSync };', "node:fs"],
    ["coreRunsAnywhere", `${core}/a.ts`, 'import { readFileSync } from "fs"; export { readFileSync };', "fs"],
    ["coreRunsAnywhere", `${core}/a.ts`, 'export const load = () => import("./node/index.ts");', "node room"],
    [
      "packagesKeepApart",
      `${core}/a.ts`,
      'import gun from "@swarm-space/transport-gun"; export { gun };',
      "transport-gun",
    ],
    ["packagesKeepApart", `${core}/a.ts`, 'export const load = () => import("@swarm-space/resilience");', "resilience"],
    [
      "packagesKeepApart",
      "packages/core/test/a.test.ts",
      'import gun from "@swarm-space/transport-gun"; export { gun };',
      "tested without",
    ],
    [
      "packagesKeepApart",
      `${plugin}/a.ts`,
      'import type { Gun } from "@swarm-space/transport-gun"; export type A = Gun;',
      "transport-gun",
    ],
    ["packagesKeepApart", "packages/gun-driver/src/a.ts", 'export * from "@swarm-space/resilience";', "resilience"],
    ["packagesKeepApart", "packages/strange/src/a.ts", 'export * from "@swarm-space/core";', "no row"],
    ["onlyPublicDoors", `${plugin}/a.ts`, 'export * from "../../core/src/index.ts";', "leads into"],
    ["onlyPublicDoors", `${plugin}/a.ts`, 'export * from "@swarm-space/core/src/ports/ports.ts";', "no door"],
    ["onlyPublicDoors", "examples/a/run.ts", 'export * from "../../packages/core/src/index.ts";', "leads into"],
    [
      "librariesHaveOneHome",
      `${core}/assembly/a.ts`,
      'import { container } from "tsyringe"; export { container };',
      "tsyringe",
    ],
    ["librariesHaveOneHome", "packages/transport-gun/src/a.ts", 'import Gun from "gun/gun.js"; export { Gun };', "gun"],
    ["noTestLibraryShips", `${plugin}/a.ts`, 'import { test } from "vitest"; export { test };', "vitest"],
    [
      "pureFilesStayPure",
      `${plugin}/route-policy.ts`,
      'import type { Clock } from "@swarm-space/core"; export type A = Clock;',
      "Clock",
    ],
    [
      "pureFilesStayPure",
      `${core}/messaging/codec.ts`,
      'import type { EventBus } from "../ports/events.ts"; export type A = EventBus;',
      "EventBus",
    ],
    ["importsAreDeclared", `${core}/a.ts`, 'import { decode } from "cborg"; export { decode };', "cborg"],
    ["importsAreDeclared", "packages/core/test/a.test.ts", 'import fc from "fast-check"; export { fc };', "fast-check"],
    ["timeIsHandedIn", `${core}/a.ts`, "export const now = () => Date.now();", "Date.now"],
    ["timeIsHandedIn", `${core}/a.ts`, "export const now = () => globalThis.Date.now();", "Date.now"],
    ["timeIsHandedIn", `${core}/a.ts`, "export const now = () => new Date();", "date"],
    ["timeIsHandedIn", `${core}/a.ts`, "export const roll = () => Math.random();", "Math.random"],
    ["timeIsHandedIn", `${core}/a.ts`, "export const now = () => performance.now();", "performance"],
    ["timeIsHandedIn", `${core}/a.ts`, "export const wait = (fn: () => void) => setTimeout(fn, 1);", "setTimeout"],
    [
      "timeIsHandedIn",
      `${core}/a.ts`,
      "export const wait = (fn: () => void) => globalThis.setInterval(fn, 1);",
      "setInterval",
    ],
    ["timeIsHandedIn", `${core}/a.ts`, "export const limit = () => AbortSignal.timeout(1);", "AbortSignal.timeout"],
    [
      "timeIsHandedIn",
      `${plugin}/a.ts`,
      'import { setTimeout as wait } from "node:timers/promises"; export { wait };',
      "timers",
    ],
    ["timeIsHandedIn", `${plugin}/a.ts`, "export const id = () => crypto.randomUUID();", "randomUUID"],
    ["modulesKeepNothing", `${core}/a.ts`, "let count = 0; export const next = () => ++count;", "let"],
    ["modulesKeepNothing", `${core}/a.ts`, "export var count = 0;", "var"],
    ["modulesKeepNothing", `${core}/a.ts`, "export const peers = new Map<string, number>();", "container"],
    [
      "modulesKeepNothing",
      `${core}/a.ts`,
      "const seen: string[] = []; export const add = (id: string) => seen.push(id);",
      "container",
    ],
    ["modulesKeepNothing", `${core}/a.ts`, 'export const names = Object.freeze(new Set(["a"]));', "container"],
    ["modulesKeepNothing", `${core}/a.ts`, "export class Node { static count = 0; }", "static"],
    ["modulesKeepNothing", `${core}/a.ts`, 'import { z } from "zod"; z.config({});', "runs something"],
    ["coreNeedsNoPlatform", `${core}/a.ts`, "export const environment = () => process.env;", "process"],
    ["coreNeedsNoPlatform", `${core}/a.ts`, "export const place = () => globalThis.window;", "window"],
    ["coreNeedsNoPlatform", `${core}/a.ts`, "export const hasWindow = () => typeof window;", "window"],
    ["filesStaySmall", `${core}/a.ts`, "export const a = [\n0,\n".concat("1,\n".repeat(248), "];"), "251 lines"],
    ["anyHasAReason", `${core}/a.ts`, "export type Loose = any;", "any"],
    [
      "anyHasAReason",
      `${core}/a.ts`,
      "// biome-ignore lint/suspicious/noExplicitAny: x\nexport type Loose = any;",
      "any",
    ],
    ["compilerIsHeard", `${core}/a.ts`, "export const a = (b: string) => b as unknown as number;", "cast"],
    ["compilerIsHeard", `${core}/a.ts`, "export const a = (b?: string) => b!.length;", "silences"],
    ["compilerIsHeard", `${core}/a.ts`, "// @ts-".concat("ignore\nexport const a = 1;"), "@ts-"],
    ["compilerIsHeard", `${core}/a.ts`, "// @ts-".concat("expect-error no reason\nexport const a = 1;"), "ships"],
    ["commentsAreFinished", `${core}/a.ts`, "// TO".concat("DO later\nexport const a = 1;"), "comment"],
    ["commentsAreFinished", `${core}/a.ts`, "// const b = 2;\nexport const a = 1;", "commented-out"],
    ["namesSaySomething", `${core}/BadName.ts`, "export const a = 1;", "kebab"],
    ["namesSaySomething", `${core}/peer-utils.ts`, "export const a = 1;", "says nothing"],
    ["namesSaySomething", `${core}/a.ts`, "export class PeerManager {}", "PeerManager"],
    ["namesSaySomething", `${core}/a.ts`, "export interface IPeer {}", "IPeer"],
    ["namesSaySomething", `${core}/a.ts`, "export const a = (opts: object) => opts;", "opts"],
    ["testsRun", "packages/core/test/a.test.ts", 'import { test } from "vitest"; test.skip("a", () => {});', "skip"],
    [
      "testsRun",
      "packages/core/test/a.test.ts",
      'import { describe } from "vitest"; describe.only("a", () => {});',
      "only",
    ],
    ["testsRun", "tests/a.test.ts", 'import { it } from "vitest"; it.skipIf(true)("a", () => {});', "skipIf"],
    ["testsRun", "tests/a.test.ts", 'import { it } from "vitest"; it("a", { retry: 3 }, () => {});', "retried"],
  ])("%s in %s: %s", (law, path, text, expected) => {
    const problems = laws[law]?.(houseWith({ [path]: text })) ?? [];
    expect(problems.join("\n")).toContain(expected);
    expect(problems.join("\n")).toContain(path);
  });

  test.each<[string, string, Partial<Manifest>, string]>([
    ["manifestsAreWhole", "resilience", { type: "commonjs" }, "type"],
    ["manifestsAreWhole", "resilience", { license: "ISC" }, "license"],
    ["manifestsAreWhole", "resilience", { engines: { node: ">=20" } }, "engines"],
    ["manifestsAreWhole", "resilience", { sideEffects: true }, "sideEffects"],
    ["manifestsAreWhole", "resilience", { exports: {} }, "main door"],
    ["manifestsAreWhole", "resilience", { files: ["dist"] }, "files"],
    ["manifestsAreWhole", "resilience", { name: "resilience" }, "named"],
    ["manifestsAreWhole", "strange", { name: "@swarm-space/strange" }, "no row"],
    [
      "doorsLeadSomewhere",
      "core",
      { exports: { ".": { types: "./dist/index.d.ts", default: "./dist/main.js" } } },
      "nothing builds",
    ],
    [
      "doorsLeadSomewhere",
      "core",
      { exports: { ".": { default: "./dist/index.js", types: "./dist/index.d.ts" } } },
      "types first",
    ],
    ["versionsAreSaid", "resilience", { dependencies: { "@swarm-space/core": "^0.1.0" } }, "peer"],
    ["versionsAreSaid", "resilience", { devDependencies: {} }, "built before core"],
    ["versionsAreSaid", "core", { dependencies: { zod: "^4.0.0" } }, "exact"],
    ["dependenciesAreUsed", "core", { dependencies: { zod: "4.6.7", cborg: "6.1.5" } }, "cborg"],
    ["buildKnowsAll", "strange", {}, "tsconfig"],
  ])("%s in the package.json of %s: %o", (law, folder, change, expected) => {
    const problems = laws[law]?.(houseWith({}, { [folder]: change })) ?? [];
    expect(problems.join("\n")).toContain(expected);
  });

  test("every law has one", () => {
    const text = readText("rules/house.test.ts");
    for (const name of Object.keys(laws)) expect(text).toContain(`["${name}", `);
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
