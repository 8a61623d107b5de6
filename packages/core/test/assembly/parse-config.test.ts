import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import type { ConfigProblem } from "../../src/assembly/config-problem.ts";
import { definePlugin, use } from "../../src/assembly/define-plugin.ts";
import { checkPluginUses } from "../../src/assembly/parse-config.ts";
import { resolveConfig } from "../../src/assembly/resolve-config.ts";
import { SwarmError } from "../../src/errors/index.ts";
import { definePort } from "../../src/ports/port.ts";
import { ports } from "../../src/ports/ports.ts";

const red = definePort<string>("red");
const setup = (): void => {};
const gun = definePlugin({
  id: "toy-gun",
  api: 1,
  config: z.strictObject({
    relays: z
      .array(z.url({ protocol: /^https?$/ }))
      .max(3)
      .default([]),
    mode: z.enum(["mesh", "star"]).default("mesh"),
    portion: z.number().min(0).max(1).default(1),
    apiKey: z.string().min(8).optional(),
    serve: z.union([z.literal(false), z.strictObject({ port: z.int() })]).default(false),
  }),
  provides: [ports.transport],
  setup,
});
const backoff = definePlugin({
  id: "toy-backoff",
  api: 1,
  config: z
    .strictObject({ baseMs: z.number().default(1), maxMs: z.number().default(9) })
    .refine((o) => o.baseMs <= o.maxMs, { path: ["baseMs"], message: "at most maxMs" }),
  provides: [ports.guard],
  setup,
});
const rival = definePlugin({ id: "toy-rival", api: 1, config: z.strictObject({}), provides: [ports.guard], setup });
const needy = definePlugin({ id: "toy-needy", api: 1, config: z.strictObject({}), requires: [red], setup });
const future = definePlugin({ id: "toy-future", api: 2, config: z.strictObject({}), setup });
const bomb = definePlugin({
  id: "toy-bomb",
  api: 1,
  config: z.unknown().transform((): never => {
    throw new Error("boom");
  }),
  setup,
});

const modules: Readonly<Record<string, unknown>> = {
  "toy-gun": { default: gun },
  "toy-backoff": { default: { default: backoff } },
  "toy-rival": { default: rival },
  "toy-needy": { default: needy },
  "toy-future": { default: future },
  "toy-bomb": { default: bomb },
  "toy-none": { default: { id: "x" } },
};

async function resolve(specifier: string): Promise<unknown> {
  if (specifier === "toy-broken") throw new Error("its own import failed");
  if (!Object.hasOwn(modules, specifier)) throw new SwarmError("PLUGIN_NOT_FOUND", `no ${specifier}`);
  return modules[specifier];
}

async function problemsOf(raw: unknown, known: readonly string[] = []): Promise<readonly ConfigProblem[]> {
  const error: unknown = await resolveConfig(raw, resolve, { known }).then(
    () => undefined,
    (e: unknown) => e,
  );
  if (error === undefined) return [];
  if (!SwarmError.is(error, "CONFIG_INVALID")) throw error;
  // biome-ignore lint/suspicious/noExplicitAny: detail is loosely typed on purpose; each test asserts its rows
  return error.detail["problems"] as any;
}

const row = (path: string, code: string, rest: Partial<ConfigProblem> = {}) =>
  expect.objectContaining({ path, code, ...rest });

describe("resolveConfig", () => {
  it("fills defaults and orders plugins", async () => {
    const config = await resolveConfig(
      { plugins: [{ use: "toy-gun" }, { use: "toy-backoff", with: { baseMs: 2 } }, { use: "gone", enabled: false }] },
      resolve,
    );
    expect(config).toMatchObject({
      network: "swarm-space",
      messaging: { ttlMs: 30_000, maxLetterBytes: 16_777_216 },
      start: { openTimeoutMs: 5000 },
    });
    expect(config.plugins.map((each) => each.options)).toEqual([
      { relays: [], mode: "mesh", portion: 1, serve: false },
      { baseMs: 2, maxMs: 9 },
    ]);
    expect(Object.isFrozen(config.plugins[0]?.options)).toBe(true);
    expect(Object.isFrozen(config.messaging)).toBe(true);
  });

  it("takes what use() made beside entries", async () => {
    const config = await resolveConfig({ plugins: [use(gun, { mode: "star" }), { use: "toy-backoff" }] }, resolve);
    expect(config.plugins[0]?.options).toMatchObject({ mode: "star" });
    await expect(problemsOf({ plugins: [use(gun), { use: "toy-gun" }] })).resolves.toEqual([
      row("plugins[1]", "PLUGIN_DUPLICATE"),
    ]);
  });

  it("tells every problem at once, each with path, expectation, finding and nearest name", async () => {
    const raw = {
      netwrk: "x",
      messaging: { ttlMs: "soon", maxLeterBytes: 1 },
      plugins: [
        {
          use: "toy-gun",
          with: { relais: [], relays: ["ftp://a", 7], mode: "mash", portion: 2, serve: { port: "x" } },
        },
        { use: "toy-gun" },
        { use: "toy-gnu" },
        { use: "toy-backoff", with: { baseMs: 10 } },
        { use: "toy-rival" },
        { use: "toy-none" },
        { use: "toy-future" },
        { use: "toy-bomb" },
        { use: "toy-broken" },
        { use: "./gone.ts" },
        { use: "toy-rival", wiht: {} },
        7,
      ],
    };
    const problems = await problemsOf(raw, ["toy-gun", "toy-backoff"]);
    expect(problems).toEqual(
      expect.arrayContaining([
        row("netwrk", "OPTION_UNKNOWN", { nearest: "network" }),
        row("messaging.ttlMs", "OPTION_INVALID", { expected: "a number", found: '"soon"' }),
        row("messaging.maxLeterBytes", "OPTION_UNKNOWN", { nearest: "maxLetterBytes" }),
        row("plugins[0].with.relais", "OPTION_UNKNOWN", { nearest: "relays" }),
        row("plugins[0].with.relays[0]", "OPTION_INVALID", {
          expected: "text that is a valid url",
          found: '"ftp://a"',
        }),
        row("plugins[0].with.relays[1]", "OPTION_INVALID", { expected: "text", found: "7" }),
        row("plugins[0].with.mode", "OPTION_INVALID", { expected: 'one of "mesh", "star"', nearest: "mesh" }),
        row("plugins[0].with.portion", "OPTION_INVALID", { expected: "at most 1", found: "2" }),
        row("plugins[0].with.serve.port", "OPTION_INVALID", { expected: "a number" }),
        row("plugins[1]", "PLUGIN_DUPLICATE"),
        row("plugins[2].use", "PLUGIN_NOT_FOUND", {
          nearest: "toy-gun",
          cure: "write toy-gun, unless the other is really meant",
        }),
        row("plugins[3].with.baseMs", "OPTION_INVALID", { expected: "at most maxMs", found: "10" }),
        row("plugins[4]", "PLUGIN_CONFLICT", { found: '"toy-backoff" and "toy-rival"' }),
        row("plugins[5].use", "PLUGIN_INVALID"),
        row("plugins[6].use", "PLUGIN_API_MISMATCH"),
        row("plugins[7].with", "OPTION_INVALID", { found: "the schema of toy-bomb, which threw: boom" }),
        row("plugins[8].use", "PLUGIN_INVALID", { found: expect.stringContaining("its own import failed") }),
        row("plugins[9].use", "PLUGIN_NOT_FOUND", { cure: "correct the path" }),
        row("plugins[10].wiht", "OPTION_UNKNOWN", { nearest: "with" }),
        row("plugins[10]", "PLUGIN_DUPLICATE"),
        row("plugins[11]", "OPTION_INVALID", { expected: "an object", found: "7" }),
      ]),
    );
    expect(problems.length).toBe(21);
    const error: unknown = await resolveConfig(raw, resolve).catch((e: unknown) => e);
    for (const problem of problems) expect(String(error)).toContain(`\n  ${problem.path}: expected `);
  });

  it("names a required port that nobody provides, but guesses nothing while a plugin could not be loaded", async () => {
    expect(await problemsOf({ plugins: [{ use: "toy-needy" }] })).toEqual([
      row("plugins[0]", "PLUGIN_MISSING", { expected: 'a plugin that provides the port "red"' }),
    ]);
    expect(await problemsOf({ plugins: [{ use: "toy-needy" }, { use: "gone" }] })).toEqual([
      row("plugins[1].use", "PLUGIN_NOT_FOUND"),
    ]);
  });

  it("shows a circle with its path", async () => {
    const blue = definePort<string>("blue");
    const a = definePlugin({ id: "a", api: 1, config: z.strictObject({}), provides: [red], requires: [blue], setup });
    const b = definePlugin({ id: "b", api: 1, config: z.strictObject({}), provides: [blue], requires: [red], setup });
    expect(await problemsOf({ plugins: [use(a), use(b)] })).toEqual([
      row("plugins[0]", "PLUGIN_CYCLE", { found: "a → b → a" }),
    ]);
  });

  it("never shows a secret, and never much", async () => {
    const problems = await problemsOf({
      network: "n".repeat(5000),
      plugins: [
        { use: "toy-gun", with: { apiKey: "hush", relays: ["ws://me:hush@h?token=hush"] } },
        { use: "x".repeat(9000) },
      ],
    });
    expect(problems.length).toBe(4);
    expect(JSON.stringify(problems)).not.toContain("hush");
    for (const problem of problems) expect(problem.found.length).toBeLessThan(100);
  });

  it("puts no shell words into the install hint", async () => {
    const [problem] = await problemsOf({ plugins: [{ use: "a; rm -rf ~" }] });
    expect(problem).toMatchObject({ code: "PLUGIN_NOT_FOUND" });
    expect(problem?.cure).toBeUndefined();
  });

  it.each([
    ['{"__proto__":{"network":"evil"}}', "__proto__"],
    ['{"plugins":[{"use":"toy-gun","with":{"__proto__":{"mode":"star"}}}]}', "plugins[0].with.__proto__"],
    ['{"plugins":[{"use":"toy-gun","with":{"serve":{"port":1,"__proto__":1}}}]}', "plugins[0].with.serve.__proto__"],
  ])("refuses %s with its path", async (text, path) => {
    expect(await problemsOf(JSON.parse(text))).toEqual(expect.arrayContaining([row(path, "OPTION_UNKNOWN")]));
    expect(Reflect.get({}, "network")).toBeUndefined();
  });

  it.each([
    undefined,
    null,
    3,
    "x",
    [],
    () => {},
    Number.NaN,
    { plugins: {} },
    { plugins: [null, [], "toy-gun"] },
    { plugins: [{ use: "toy-gun", with: 3 }] },
    { plugins: [{ use: 3 }] },
  ])("refuses %o as a whole", async (raw) => {
    expect((await problemsOf(raw)).length).toBeGreaterThan(0);
  });

  it("answers a configuration that throws when it is read", async () => {
    const raw = new Proxy(
      {},
      {
        get: () => {
          throw new Error("no");
        },
        ownKeys: () => {
          throw new Error("no");
        },
      },
    );
    expect((await problemsOf(raw)).length).toBeGreaterThan(0);
  });

  it("never throws anything but CONFIG_INVALID, whatever JSON it is given", async () => {
    const specifier = fc.oneof(fc.constantFrom(...Object.keys(modules), "toy-broken"), fc.string());
    const key = fc.oneof(fc.constantFrom("__proto__", "constructor", "relays", "mode", "use", "toString"), fc.string());
    const options = fc.dictionary(key, fc.jsonValue(), { noNullPrototype: true });
    const entry = fc.oneof(
      fc.record(
        { use: specifier, with: fc.oneof(options, fc.jsonValue()), enabled: fc.boolean() },
        { requiredKeys: ["use"] },
      ),
      fc.jsonValue(),
    );
    const config = fc.oneof(
      fc.jsonValue(),
      fc.record(
        { plugins: fc.array(entry, { maxLength: 5 }), network: fc.jsonValue(), messaging: fc.jsonValue() },
        { requiredKeys: [] },
      ),
    );
    await fc.assert(
      fc.asyncProperty(config, async (written) => {
        const raw: unknown = JSON.parse(JSON.stringify(written));
        const error: unknown = await resolveConfig(raw, resolve, { known: Object.keys(modules) }).then(
          () => undefined,
          (e: unknown) => e,
        );
        if (error === undefined) return;
        expect(SwarmError.is(error, "CONFIG_INVALID")).toBe(true);
        expect(JSON.stringify(raw).includes('"__proto__"') && error === undefined).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});

describe("checkPluginUses", () => {
  it("checks the code path alike", () => {
    expect(
      checkPluginUses([use(backoff), use(gun, { relays: ["http://127.0.0.1/gun"] })]).map((each) => each.plugin.id),
    ).toEqual(["toy-backoff", "toy-gun"]);
    // @ts-expect-error: a wrong option is a compile error
    const uses = [use(gun, { relays: "http://a" }), use(gun, { relays: [], relai: 1 }), gun, null, use(rival, 3)];
    // @ts-expect-error: callers without types
    const check = () => checkPluginUses(uses);
    expect(check).toThrow(
      expect.objectContaining({
        code: "CONFIG_INVALID",
        detail: {
          problems: expect.arrayContaining([
            row("plugins[0].with.relays", "OPTION_INVALID", { expected: "a list" }),
            row("plugins[1].with.relai", "OPTION_UNKNOWN", { nearest: "relays" }),
            row("plugins[1]", "PLUGIN_DUPLICATE"),
            row("plugins[2]", "PLUGIN_INVALID", { found: "a plugin without use()" }),
            row("plugins[3]", "PLUGIN_INVALID", { found: "null" }),
            row("plugins[4].with", "OPTION_INVALID", { found: "3" }),
          ]),
        },
      }),
    );
    // @ts-expect-error: a caller without types
    expect(() => checkPluginUses("gun")).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
  });

  it("freezes copies of plain options, and leaves instances alone", () => {
    const store = new (class Store {
      closed = false;
    })();
    const list = [{ a: 1 }];
    const plugin = definePlugin({
      id: "toy",
      api: 1,
      config: z.strictObject({ store: z.unknown(), list: z.unknown() }),
      setup,
    });
    const [checked] = checkPluginUses([use(plugin, { store, list })]);
    expect(checked?.options).toEqual({ store, list });
    expect(Reflect.get(Object(checked?.options), "store")).toBe(store);
    expect(Object.isFrozen(store) || Object.isFrozen(list) || Object.isFrozen(list[0])).toBe(false);
    expect(Object.isFrozen(Reflect.get(Object(checked?.options), "list"))).toBe(true);
  });

  it("says of a text's form what it is, and asks nobody for a regex", () => {
    const config = z.strictObject({ key: z.string().regex(/^[a-z]+$/), path: z.string().startsWith("/") });
    const plugin = definePlugin({ id: "toy", api: 1, config, setup });
    expect(() => checkPluginUses([use(plugin, { key: "7", path: "gun" })])).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(
          /key: expected text of the form \/\^\[a-z\]\+\$\/.*path: expected text that begins with "\/"/s,
        ),
      }),
    );
  });

  it("survives a plugin that only bears the brand", () => {
    const forged = Object.defineProperty({ id: "forged", api: 1 }, Symbol.for("swarm-space.plugin"), { value: true });
    // @ts-expect-error: a caller without types
    expect(() => checkPluginUses([{ plugin: forged, options: {} }])).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID" }),
    );
  });
});
