import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { resolveConfig } from "../../src/assembly/resolve-config.ts";
import { SwarmError } from "../../src/errors/index.ts";
import { findConfigFile, installedPlugins, loadConfigFile, resolveFrom } from "../../src/node/index.ts";
import { parseJsonConfig } from "../../src/node/parse-json-config.ts";

let dir = "";
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "swarm-config-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function put(path: string, text: string | object): Promise<string> {
  const file = join(dir, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, typeof text === "string" ? text : JSON.stringify(text));
  return file;
}

/** A plugin that needs no import: packages outside the repository cannot see core. */
const toy = (id: string): string => `
  const config = { safeParse: (data) => ({ success: true, data }) };
  const plugin = { id: ${JSON.stringify(id)}, api: 1, config, provides: [], requires: [], wants: [], setup() {} };
  Object.defineProperty(plugin, Symbol.for("swarm-space.plugin"), { value: true });`;

describe("loadConfigFile", () => {
  it("reads JSON with comments, trailing commas and a byte order mark", async () => {
    const file = await put("a.json", '\uFEFF{ // comment\n "network": "n", /* more */ "plugins": [ ], }');
    expect(await loadConfigFile(file)).toMatchObject({ raw: { network: "n", plugins: [] }, dir });
  });

  it.each([
    ['{\n  "network": "n"\n  "plugins": []\n}', 3, 3],
    ['{ "network": ', 1, 14],
    ['{\n  "network": "a",\n  "network": "b"\n}', 3, 3],
    ["", 1, 1],
    ["{} x", 1, 4],
  ])("says where %j is wrong", async (text, line, column) => {
    const file = await put("bad.json", text);
    await expect(loadConfigFile(file)).rejects.toMatchObject({
      code: "CONFIG_UNREADABLE",
      detail: { file, line, column },
    });
    await expect(loadConfigFile(file)).rejects.toThrow(`${file}:${line}:${column}: `);
  });

  it("keeps __proto__ an own key, for the schema to refuse", async () => {
    const { raw } = await loadConfigFile(await put("p.json", '{ "__proto__": { "network": "evil" } }'));
    expect(Object.keys(Object(raw))).toEqual(["__proto__"]);
    await expect(resolveConfig(raw, resolveFrom(dir))).rejects.toThrow("__proto__: expected one of the keys");
  });

  it("imports the default export of .mjs and .ts", async () => {
    expect(await loadConfigFile(await put("a.mjs", 'export default { network: "js" };'))).toMatchObject({
      raw: { network: "js" },
    });
    const typed = await put(
      "a.ts",
      'interface A { network: string }\nconst a: A = { network: "ts" };\nexport default a;',
    );
    expect(await loadConfigFile(typed)).toMatchObject({ raw: { network: "ts" } });
  });

  it("loads a TypeScript configuration in a plain Node process, with use() beside entries", async () => {
    const core = pathToFileURL(fileURLToPath(new URL("../../src/", import.meta.url))).href;
    await put("node_modules/toy-esm/package.json", { type: "module", exports: { import: "./main.js" } });
    await put("node_modules/toy-esm/main.js", `${toy("toy-esm")} export default plugin;`);
    const config = await put(
      "swarm.config.ts",
      `
      import { use, type PluginUse } from "${core}assembly/define-plugin.ts";
      ${toy("toy-inline")}
      const uses: PluginUse[] = [use(plugin, { level: 3 })];
      export default { plugins: [...uses, { use: "toy-esm" }] };`,
    );
    const script = `
      import { loadConfigFile, resolveFrom } from "${core}node/index.ts";
      import { resolveConfig } from "${core}assembly/resolve-config.ts";
      const { raw, dir } = await loadConfigFile(${JSON.stringify(config)});
      const resolved = await resolveConfig(raw, resolveFrom(dir));
      console.log(JSON.stringify(resolved.plugins.map((each) => [each.plugin.id, each.options])));`;
    const { stdout } = await promisify(execFile)(process.execPath, [
      "--disable-warning=ExperimentalWarning",
      "--input-type=module",
      "-e",
      script,
    ]);
    expect(JSON.parse(stdout)).toEqual([
      ["toy-inline", { level: 3 }],
      ["toy-esm", {}],
    ]);
  });

  it.each([
    ["none.json", undefined, "CONFIG_NOT_FOUND"],
    ["folder.json/x", "", "CONFIG_NOT_FOUND"],
    ["a.yaml", "a: 1", "CONFIG_UNREADABLE"],
    ["no-default.mjs", "export const a = 1;", "CONFIG_UNREADABLE"],
    ["throws.mjs", 'throw new Error("boom");', "CONFIG_UNREADABLE"],
    ["syntax.mjs", "export default {{;", "CONFIG_UNREADABLE"],
    ["big.json", " ".repeat(4 * 1024 * 1024 + 1), "CONFIG_UNREADABLE"],
  ])("refuses %s", async (name, text, code) => {
    if (text !== undefined) await put(name, text);
    await expect(loadConfigFile(join(dir, name.split("/")[0] ?? ""))).rejects.toMatchObject({ code });
  });

  it.each([
    ["UTF-16, as an old PowerShell writes it", Buffer.from('\uFEFF{ "network": "x" }', "utf16le")],
    ["Latin-1, which would make the network another", Buffer.from('{ "network": "gr\u00f6n" }', "latin1")],
  ])("refuses %s, by its encoding", async (_name, bytes) => {
    await writeFile(join(dir, "strange.json"), bytes);
    await expect(loadConfigFile(join(dir, "strange.json"))).rejects.toMatchObject({
      code: "CONFIG_UNREADABLE",
      message: expect.stringContaining("is not text in UTF-8"),
    });
  });

  it("throws nothing but CONFIG_UNREADABLE for any text", () => {
    const outcome = (text: string): unknown => {
      try {
        return void parseJsonConfig(text, "f");
      } catch (error) {
        return SwarmError.is(error, "CONFIG_UNREADABLE") ? undefined : error;
      }
    };
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((text) => text.slice(1)),
        ),
        (text) => outcome(text) === undefined,
      ),
    );
    expect(outcome("[".repeat(200_000))).toBeUndefined();
  });
});

describe("findConfigFile", () => {
  it("finds the one file, and refuses none or several", async () => {
    await expect(findConfigFile(dir)).rejects.toMatchObject({ code: "CONFIG_NOT_FOUND" });
    const file = await put("swarm.config.json", "{}");
    expect(await findConfigFile(dir)).toBe(file);
    await put("swarm.config.ts", "export default {};");
    await expect(findConfigFile(dir)).rejects.toMatchObject({ code: "CONFIG_UNREADABLE" });
  });
});

describe("resolveFrom", () => {
  const idOf = async (specifier: string, also: readonly string[] = [], from = dir): Promise<unknown> => {
    const module = Object(await resolveFrom(from, { also })(specifier));
    return Object(module.default).id;
  };

  it("imports packages by exports, main and pattern, and files by path", async () => {
    await put("node_modules/@toy/esm/package.json", {
      type: "module",
      exports: { ".": { types: "./x.d.ts", import: "./main.js" }, "./p/*": { node: "./lib/*.js" } },
    });
    await put("node_modules/@toy/esm/main.js", `${toy("esm")} export default plugin;`);
    await put("node_modules/@toy/esm/lib/deep.js", `${toy("deep")} export default plugin;`);
    await put("node_modules/cjs/package.json", { main: "main.cjs" });
    await put("node_modules/cjs/main.cjs", `${toy("cjs")} module.exports = plugin;`);
    await put("node_modules/extless/package.json", { main: "lib/main" });
    await put("node_modules/extless/lib/main.js", `${toy("extless")} module.exports = plugin;`);
    const file = await put("own.mjs", `${toy("own")} export default plugin;`);
    expect(await idOf("@toy/esm")).toBe("esm");
    expect(await idOf("@toy/esm/p/deep")).toBe("deep");
    expect(await idOf("cjs")).toBe("cjs");
    expect(await idOf("extless")).toBe("extless");
    expect(await idOf("./own.mjs")).toBe("own");
    expect(await idOf(file)).toBe("own");
    expect(await idOf(pathToFileURL(file).href)).toBe("own");
    expect(await idOf("cjs", [], join(dir, "deeper", "still"))).toBe("cjs");
  });

  it("falls back to the packages an app brings along", async () => {
    await put("app/node_modules/bundled/package.json", { type: "module", exports: "./i.js" });
    await put("app/node_modules/bundled/i.js", `${toy("bundled")} export default plugin;`);
    await mkdir(join(dir, "project"));
    await expect(idOf("bundled", [], join(dir, "project"))).rejects.toMatchObject({ code: "PLUGIN_NOT_FOUND" });
    expect(await idOf("bundled", [pathToFileURL(join(dir, "app", "cli.js")).href], join(dir, "project"))).toBe(
      "bundled",
    );
    expect(await idOf("bundled", [join(dir, "app")], join(dir, "project"))).toBe("bundled");
  });

  it.each([
    "gone",
    "@gone/x",
    "./gone.ts",
    "node:fs",
    "data:text/javascript,export default 1",
    "http://127.0.0.1/x.js",
    "file://%zz",
    "../..",
    "a\u0000b",
    "",
    "fs",
    "sly",
    "hidden/inner",
  ])("has nothing at %j", async (specifier) => {
    await put("node_modules/sly/package.json", { exports: "./../../outside.mjs" });
    await put("outside.mjs", "export default 1;");
    await put("node_modules/hidden/package.json", { exports: { ".": "./index.js" } });
    await put("node_modules/hidden/inner.js", "");
    await expect(resolveFrom(dir)(specifier)).rejects.toMatchObject({ code: "PLUGIN_NOT_FOUND" });
  });

  it("passes on what a module itself throws", async () => {
    await put("boom.mjs", 'throw new Error("boom");');
    await expect(resolveFrom(dir)("./boom.mjs")).rejects.toThrow("boom");
    await put("lost.mjs", 'import "not-installed-at-all";');
    await expect(resolveConfig({ plugins: [{ use: "./lost.mjs" }] }, resolveFrom(dir))).rejects.toThrow(
      "a plugin whose peers are installed beside it",
    );
  });

  it("knows names for hints", async () => {
    await put("package.json", { dependencies: { "my-plugin": "1" } });
    await put("node_modules/@swarm-space/toy/package.json", {});
    expect(await installedPlugins(join(dir, "deeper"))).toEqual(
      expect.arrayContaining(["my-plugin", "@swarm-space/toy"]),
    );
  });
});
