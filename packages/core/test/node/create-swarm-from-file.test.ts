import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { definePlugin, use } from "../../src/assembly/define-plugin.ts";
import { createSwarmFromFile, layOver } from "../../src/node/create-swarm-from-file.ts";

let dir = "";
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "swarm-file-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** A plugin that refuses every option but `size`, a number, and any start. */
const toy = `
  const safeParse = (data) => {
    const bad = Object.keys(data).filter((key) => key !== "size" || typeof data[key] !== "number");
    return bad.length === 0 ? { success: true, data } : { success: false, error: { issues: bad.map((key) => ({ code: "custom", path: [key], message: "no" })) } };
  };
  const plugin = { id: "toy", api: 1, config: { safeParse }, provides: [], requires: [], wants: [], setup() {} };
  Object.defineProperty(plugin, Symbol.for("swarm-space.plugin"), { value: true });
  export default plugin;`;

async function configFile(config: unknown): Promise<string> {
  await writeFile(join(dir, "toy.mjs"), toy);
  const file = join(dir, "swarm.config.json");
  await writeFile(file, JSON.stringify(config));
  return file;
}

describe("createSwarmFromFile", () => {
  it("makes a node of a file, with the overlay's network and options over the file's", async () => {
    const file = await configFile({ network: "a", plugins: [{ use: "./toy.mjs", with: { size: "wrong" } }] });
    const swarm = await createSwarmFromFile(file, {
      overlay: { network: "b", with: { "./toy.mjs": { size: 2 } } },
      log: "silent",
    });
    expect(swarm.network).toBe("b");
    expect(swarm.state).toBe("stopped");
  });

  it("checks what the overlay says as if the file said it", async () => {
    const file = await configFile({ plugins: [{ use: "./toy.mjs" }] });
    const made = createSwarmFromFile(file, { overlay: { with: { "./toy.mjs": { height: 1 } } } });
    await expect(made).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      detail: { problems: [{ path: "plugins[0].with.height" }] },
    });
  });

  it("refuses options for a plugin that the file does not name", async () => {
    const file = await configFile({ plugins: [] });
    const made = createSwarmFromFile(file, { overlay: { with: { pigeon: {} } } });
    await expect(made).rejects.toMatchObject({ code: "OPTION_INVALID" });
  });

  it("tells of a file that is not there", async () => {
    await expect(createSwarmFromFile(join(dir, "none.json"))).rejects.toMatchObject({ code: "CONFIG_NOT_FOUND" });
  });
});

describe("layOver", () => {
  it("replaces keys of what use() made, and leaves the file's own objects alone", () => {
    const plugin = definePlugin({ id: "toy", api: 1, config: z.object({ a: z.number(), b: z.number() }), setup() {} });
    const raw = { plugins: [use(plugin, { a: 1, b: 1 })] };
    expect(layOver(raw, { with: { toy: { b: 2 } } })).toEqual({ plugins: [{ plugin, options: { a: 1, b: 2 } }] });
    expect(raw.plugins[0]?.options).toEqual({ a: 1, b: 1 });
  });

  it.each([null, 3, "x", [], { plugins: "none" }, { plugins: [null, "x", 3] }])("passes nonsense on: %j", (raw) => {
    expect(layOver(raw)).toBe(raw);
  });
});
