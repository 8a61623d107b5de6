import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import {
  type Channel,
  createSwarm,
  definePlugin,
  type Identity,
  identityFromSecret,
  ports,
  type Swarm,
  systemRandom,
  use,
} from "@swarm-space/core";
import levelStore from "@swarm-space/store-level";
import gun from "@swarm-space/transport-gun";
import { type TestContext, test } from "vitest";
import * as z from "zod";

const path = (from: string) => fileURLToPath(new URL(from, import.meta.url));
const chat = { name: "canary-channel", schema: z.object({ text: z.string() }) };
const canary = "a canary that nobody but its receiver may read";

/** Where one test runs: a folder, and what is to be undone. */
class Scene {
  readonly folder: string;
  readonly undo: (() => unknown)[] = [];

  constructor(folder: string) {
    this.folder = folder;
  }

  async end(): Promise<void> {
    for (const step of this.undo.splice(0).reverse()) await step();
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function setUp(context: TestContext): Promise<Scene> {
  const scene = new Scene(await mkdtemp(join(tmpdir(), "gun-mailbox-")));
  context.onTestFinished(() => scene.end());
  return scene;
}

interface Relay {
  readonly port: number;
  readonly url: string;
  /** As it told last. */
  letters(): number;
  bytes(): number;
  kill(): Promise<void>;
}

/** `swarm-space infra` in a process of its own. */
async function relay({ folder, undo }: Scene, port = 0, data?: string): Promise<Relay> {
  const relayAlone = ["infra", "--no-peer-server", "--no-stun", "--no-tracker", "--no-dht", "--no-health"];
  const words = [...relayAlone, "--port", String(port), "--json", "--every", "1", ...(data ? ["--data", data] : [])];
  const hooks = ["--disable-warning=ExperimentalWarning", "--import", path("./acceptance/source-hooks.mjs")];
  const child: ChildProcess = spawn(process.execPath, [...hooks, path("../packages/cli/src/main.ts"), ...words], {
    stdio: ["ignore", "pipe", "inherit"],
    cwd: folder,
  });
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  undo.push(kill);
  let health = { letters: 0, letterBytes: 0 };
  const ready = Promise.withResolvers<{ readonly port: number; readonly url: string }>();
  if (!child.stdout) throw new Error("no output");
  createInterface({ input: child.stdout }).on("line", (line) => {
    const told = JSON.parse(line);
    if (told.event === "relay:ready") ready.resolve(told);
    if (told.event === "relay:health") health = told;
  });
  return { ...(await ready.promise), letters: () => health.letters, bytes: () => health.letterBytes, kill };
}

interface Node {
  readonly swarm: Swarm;
  readonly lane: Channel<{ readonly text: string }>;
  readonly heard: string[];
}

/** A node with its store in a folder, so that it can be made again. */
async function node(
  { folder, undo }: Scene,
  name: string,
  identity: Identity,
  url: string,
  silent = false,
): Promise<Node> {
  const quiet = definePlugin({
    id: "test/no-dials",
    api: 1,
    config: z.strictObject({}),
    provides: [ports.dialer],
    setup: ({ provide }) => provide(ports.dialer, { wanted: () => [], onChange: () => () => {} }),
  });
  const swarm = await createSwarm({
    log: "silent",
    identity,
    plugins: [
      use(gun, { relays: [url], dialTimeoutMs: 1_000, linkBackoffBaseMs: 20, linkBackoffCapMs: 200 }),
      use(levelStore, { path: join(folder, name), reserveBytes: 0 }),
      ...(silent ? [use(quiet)] : []),
    ],
  });
  const heard: string[] = [];
  const lane = swarm.channel(chat);
  lane.onMessage(({ text }) => void heard.push(text));
  undo.push(() => swarm.stop());
  await swarm.start();
  return { swarm, lane, heard };
}

const identity = () => identityFromSecret(systemRandom().bytes(32));

/** Every byte that lies in a folder. */
async function bytesIn(data: string): Promise<string> {
  const texts = await Promise.all((await readdir(data)).map((file) => readFile(join(data, file), "latin1")));
  return texts.join("\n");
}

test.concurrent("a letter outlives its sender, its receiver and, with --data, its relay: delivered once, answered, and read by nobody", {
  timeout: 45_000,
}, async (context) => {
  const { expect } = context;
  const scene = await setUp(context);
  const data = join(scene.folder, "relay");
  const first = await relay(scene, 0, data);
  const [alice, bob] = [identity(), identity()];
  const sender = await node(scene, "alice", alice, first.url);
  const receiver = await node(scene, "bob", bob, first.url);
  await sender.lane.send(bob.id, { text: "hello" });
  await receiver.swarm.stop();
  const receipt = await sender.lane.send(bob.id, { text: canary }, { ttlMs: 3_600_000 });
  expect(receipt).toMatchObject({ status: "relayed", transport: "gun" });
  await sender.swarm.stop();
  await first.kill();
  const kept = await bytesIn(data);
  expect(kept).toContain("ss.box.");
  for (const secret of [canary, "canary", chat.name, alice.id, bob.id]) expect(kept).not.toContain(secret);

  const second = await relay(scene, first.port, data);
  await expect.poll(second.letters, { timeout: 15_000 }).toBe(1);
  const letterBytes = second.bytes();
  const later = await node(scene, "bob", bob, second.url);
  await expect.poll(() => later.heard, { timeout: 20_000 }).toEqual([canary]);
  // The letter is ended, and the answer waits: it is of another length.
  await expect.poll(second.bytes, { timeout: 15_000 }).not.toBe(letterBytes);
  await expect.poll(second.letters, { timeout: 15_000 }).toBe(1);
  await later.swarm.stop();

  const again = await node(scene, "alice", alice, second.url);
  await expect.poll(() => again.swarm.explain(bob.id).waiting.letters, { timeout: 20_000 }).toBe(0);
  await expect.poll(second.letters, { timeout: 15_000 }).toBe(0);
  expect([...receiver.heard, ...later.heard]).toEqual(["hello", canary]);
});

test.concurrent("without --data a relay that is killed forgets, and the letter is left again when it is back", {
  timeout: 45_000,
}, async (context) => {
  const { expect } = context;
  const scene = await setUp(context);
  const first = await relay(scene);
  const [alice, bob] = [identity(), identity()];
  const sender = await node(scene, "alice", alice, first.url);
  const receiver = await node(scene, "bob", bob, first.url);
  await sender.lane.send(bob.id, { text: "hello" });
  await receiver.swarm.stop();
  expect(await sender.lane.send(bob.id, { text: "again" }, { ttlMs: 3_600_000 })).toMatchObject({
    status: "relayed",
  });
  await first.kill();
  const second = await relay(scene, first.port);
  await expect.poll(second.letters, { timeout: 20_000 }).toBe(1);
  const later = await node(scene, "bob", bob, second.url);
  await expect.poll(() => sender.swarm.explain(bob.id).waiting.letters, { timeout: 20_000 }).toBe(0);
  await expect.poll(second.letters, { timeout: 15_000 }).toBe(0);
  expect(later.heard).toEqual(["again"]);
});

test.concurrent("a peer that was sighted and never met can be written to", { timeout: 45_000 }, async (context) => {
  const { expect } = context;
  const scene = await setUp(context);
  const server = await relay(scene);
  const [alice, bob] = [identity(), identity()];
  const receiver = await node(scene, "bob", bob, server.url, true);
  const sender = await node(scene, "alice", alice, server.url, true);
  await expect.poll(() => sender.swarm.explain(bob.id).letterKey, { timeout: 15_000 }).toBe(true);
  expect(sender.swarm.explain(bob.id).connected).toBe(false);
  await receiver.swarm.stop();
  const receipt = await sender.lane.send(bob.id, { text: "nice to meet you" }, { ttlMs: 3_600_000 });
  expect(receipt).toMatchObject({ status: "relayed" });
  const later = await node(scene, "bob", bob, server.url, true);
  await expect.poll(() => later.heard, { timeout: 20_000 }).toEqual(["nice to meet you"]);
});
