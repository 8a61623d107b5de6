import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createSwarm, SwarmError, use } from "@swarm-space/core";
import { createSwarmFromFile } from "@swarm-space/core/node";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import * as z from "zod";
import broadcast from "../../examples/third-party-transport/broadcast-transport.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const plainText = /\.(js|json)$/;

/** The transport of the guide, in the folder of somebody who wrote it against a core of their own. */
const foreignTransport = `
import { definePlugin, ports, SwarmError } from "@swarm-space/core";
import { MediumTransport } from "@swarm-space/core/medium";
import * as z from "zod";
export { SwarmError };
const medium = (room, name) => ({
  id: "broadcast",
  capabilities: { direct: true, maxFrameBytes: 65_536, latencyClassMs: 1 },
  open(ears) {
    const channel = new BroadcastChannel("swarm-space:" + room);
    channel.onmessage = ({ data }) => (data.to ?? name) === name && ears.hear(data.bytes, data.from);
    return {
      name,
      say: (to, bytes) => channel.postMessage({ from: name, to, bytes }),
      shout: (bytes) => channel.postMessage({ from: name, bytes }),
      close: () => channel.close(),
    };
  },
});
export default definePlugin({
  id: "foreign-transport",
  api: 1,
  config: z.strictObject({ room: z.string().min(1) }),
  provides: [ports.transport, ports.discoverySource],
  setup({ config, clock, random, provide, self }) {
    const transport = new MediumTransport(medium(config.room, self.id), { clock, random });
    provide(ports.transport, transport);
    provide(ports.discoverySource, transport);
  },
});`;

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "swarm-packages-"));
  const made = folder;
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  await write("node_modules/foreign-transport/package.json", '{ "type": "module", "exports": "./index.mjs" }');
  await write("node_modules/foreign-transport/index.mjs", foreignTransport);
});

async function write(path: string, text: string): Promise<string> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
  return join(folder, path);
}

function configWith(options: object): Promise<string> {
  const plugins = [{ use: "foreign-transport", with: options }];
  return write("swarm.config.json", JSON.stringify({ network: "two-copies", plugins }));
}

/** Installs another copy of core, with a zod of its own. */
async function installCore(): Promise<void> {
  const modules = join(folder, "node_modules");
  const copy = (from: string, to: string) =>
    cp(join(root, from), join(modules, to), {
      recursive: true,
      filter: (source) => plainText.test(source) || !/\.\w+$/.test(source),
    });
  await mkdir(join(modules, "@swarm-space/core"), { recursive: true });
  await copy("packages/core/dist", "@swarm-space/core/dist");
  await cp(join(root, "packages/core/package.json"), join(modules, "@swarm-space/core/package.json"));
  await copy("node_modules/zod", "zod");
  const isThere = new Set(["zod", "@swarm-space", "foreign-transport"]);
  for (const name of await readdir(join(root, "node_modules")))
    if (!isThere.has(name) && !name.startsWith("."))
      await symlink(join(root, "node_modules", name), join(modules, name));
}

test("two copies of core: a plugin that was built against the other one works, and its wrong options are told", async () => {
  await installCore();
  const chat = { name: "chat", schema: z.string() };
  await using alice = await createSwarm({
    network: "two-copies",
    plugins: [use(broadcast, { room: folder })],
    log: "silent",
  });
  await using bob = await createSwarmFromFile(await configWith({ room: folder }), { log: "silent" });
  const { promise: letter, resolve } = Promise.withResolvers<string>();
  bob.channel(chat).onMessage((text) => resolve(text));
  await Promise.all([alice.start(), bob.start()]);
  const receipt = await alice.channel(chat).send(bob.id, "hello");
  expect([receipt.status, receipt.transport, await letter]).toEqual(["confirmed", "broadcast", "hello"]);

  const other: { SwarmError: typeof SwarmError } = await import(
    join(folder, "node_modules/foreign-transport/index.mjs")
  );
  expect(other.SwarmError).not.toBe(SwarmError);
  expect(SwarmError.is(new other.SwarmError("PEER_ABSENT", "nobody"), "PEER_ABSENT")).toBe(true);

  await expect(createSwarmFromFile(await configWith({ rom: "x" }))).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    message: expect.stringMatching(/with\.rom: expected one of the keys "room".*did you mean "room"\?/),
  });
});

test("a missing peer: the plugin, the package that it needs, and the command that brings it", async () => {
  await expect(createSwarmFromFile(await configWith({ room: "x" }))).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    message: expect.stringContaining(
      'plugins[0].use: expected a plugin whose peers are installed beside it, found "foreign-transport", ' +
        'which needs "@swarm-space/core" (npm install @swarm-space/core)',
    ),
    detail: { problems: [expect.objectContaining({ code: "PLUGIN_PEER_MISSING" })] },
  });
});

test("a missing peer of a plugin in CommonJS: as much is said", async () => {
  await write("node_modules/foreign-transport/package.json", '{ "main": "index.js" }');
  await write("node_modules/foreign-transport/index.js", 'module.exports = require("lib-of-theirs/part");');
  await expect(createSwarmFromFile(await configWith({ room: "x" }))).rejects.toMatchObject({
    message: expect.stringContaining('which needs "lib-of-theirs/part" (npm install lib-of-theirs)'),
    detail: { problems: [expect.objectContaining({ code: "PLUGIN_PEER_MISSING" })] },
  });
  await write("own.cjs", 'module.exports = require("./gone.js");');
  const config = await write("own.config.json", '{ "plugins": [{ "use": "./own.cjs" }] }');
  await expect(createSwarmFromFile(config)).rejects.toMatchObject({
    detail: { problems: [expect.objectContaining({ code: "PLUGIN_INVALID" })] },
  });
});
