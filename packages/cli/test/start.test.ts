import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { RunningCommand, startRelay } from "./command.ts";
import { runHere } from "./run-here.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "swarm-start-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function putConfig(name: string, relays: readonly string[]): Promise<void> {
  const plugins = [{ use: "@swarm-space/transport-gun", with: { relays } }, { use: "@swarm-space/resilience" }];
  await writeFile(join(folder, name), JSON.stringify({ network: "start-test", plugins }));
}

describe("swarm-space start", () => {
  test("runs the configuration of the folder, tells of peers in words and as JSON, and stops when asked", async () => {
    const { relay, url } = await startRelay();
    await using _ = relay;
    await putConfig("swarm.config.json", [url]);
    await using plain = new RunningCommand(["start"], { folder });
    await using json = new RunningCommand(["start", "swarm.config.json", "--json"], { folder });
    const id = (await plain.line(/^node /)).slice("node ".length);
    expect(await plain.line(/^network /)).toBe("network start-test, transports: gun");
    const started = JSON.parse(await json.line(/"swarm:start"/));
    expect(started).toMatchObject({ network: "start-test", transports: [{ transport: "gun" }] });
    expect(JSON.parse(await json.line(/"peer:connect"/))).toEqual({ event: "peer:connect", peer: id });
    expect(await plain.line(/^\+ /)).toBe(`+ ${started.peer}`);
    json.signal("SIGTERM");
    expect(await json.exit).toBe(0);
    expect(JSON.parse(json.lines.at(-1) ?? "")).toEqual({ event: "swarm:stop", peer: started.peer });
    for (const line of json.lines) expect(() => JSON.parse(line)).not.toThrow();
    expect(await plain.line(/^- /)).toBe(`- ${started.peer}`);
    plain.signal("SIGINT");
    expect(await plain.exit).toBe(0);
    expect(plain.lines.at(-1)).toBe("stopped");
  });

  test("runs with what there is while its relay is away; --until-eof ends with its parent", async () => {
    await putConfig("away.json", ["http://127.0.0.1:9/gun"]);
    await using node = new RunningCommand(["start", "away.json", "--until-eof"], { folder });
    await node.line(/^transport gun: error \(.*127\.0\.0\.1:9/);
    node.endInput();
    expect(await node.exit).toBe(0);
  });

  test("--json tells what happens to the chain: each new tip, the reward pool, what waits", async () => {
    const miner = `import { definePlugin } from "@swarm-space/core";
      import { blockchainPort } from "@swarm-space/chain-sync";
      import * as z from "zod";
      export default definePlugin({ id: "test/miner", api: 1, config: z.strictObject({}), requires: [blockchainPort],
        setup: ({ use }) => ({ async start() {
          await use(blockchainPort).mine();
          await use(blockchainPort).donate(7n);
        } }) });`;
    // Beside the sources, so that it finds what it imports.
    const file = join(import.meta.dirname, `miner-${process.pid}.mjs`);
    await writeFile(file, miner);
    try {
      const parameters = { leastDifficulty: 1 };
      const plugins = [{ use: "@swarm-space/chain-sync", with: { parameters } }, { use: pathToFileURL(file).href }];
      await writeFile(join(folder, "chain.json"), JSON.stringify({ network: "start-test", plugins }));
      await using node = new RunningCommand(["start", "chain.json", "--json", "--until-eof"], { folder });
      const block = JSON.parse(await node.line(/"block:connected"/));
      expect(block).toEqual({
        event: "block:connected",
        id: expect.any(String),
        height: 1,
        receipts: expect.any(Array),
      });
      expect(JSON.parse(await node.line(/"state:pool"/))).toMatchObject({ balance: "250000000" });
      const { transaction } = JSON.parse(await node.line(/"tx:accepted"/));
      expect(transaction.transaction).toMatchObject({
        nonce: "0",
        signature: expect.stringMatching(/^[0-9a-f]{128}$/),
      });
      node.endInput();
      expect(await node.exit).toBe(0);
    } finally {
      await rm(file);
    }
  });

  test("tells of a folder without configuration, and of two", async () => {
    expect((await runHere(["start"], { folder })).err).toMatch(/^CONFIG_NOT_FOUND: /);
    await putConfig("swarm.config.json", []);
    await writeFile(join(folder, "swarm.config.mjs"), "export default {};");
    const { exitCode, err } = await runHere(["start"], { folder });
    expect(exitCode).toBe(1);
    expect(err).toMatch(/^CONFIG_UNREADABLE: Several /);
  });
});

describe("swarm-space infra", () => {
  test("tells its URL and its health, and ends cleanly at each signal and at the end of input", async () => {
    await using interrupted = new RunningCommand(["infra", "--port", "0", "--every", "1"]);
    await using terminated = new RunningCommand(["infra", "--port", "0", "--json"]);
    await using orphaned = new RunningCommand(["infra", "--port", "0", "--until-eof"]);
    expect(await interrupted.line(/^Gun relay at /)).toMatch(/^Gun relay at http:\/\/127\.0\.0\.1:\d+\/gun$/);
    await interrupted.line(/^0 connections, 0 relays, 0 messages passed on/);
    await terminated.line(/"relay:ready"/);
    await orphaned.line(/^Gun relay at /);
    interrupted.signal("SIGINT");
    terminated.signal("SIGTERM");
    orphaned.endInput();
    expect(await Promise.all([interrupted.exit, terminated.exit, orphaned.exit])).toEqual([0, 0, 0]);
    expect(JSON.parse(terminated.lines.at(-1) ?? "")).toMatchObject({ event: "relay:stop", connections: 0 });
    expect(interrupted.errors).toEqual([]);
  });

  test("two relays on one port: the second says so, and what to do", async () => {
    const { relay, port } = await startRelay();
    await using _ = relay;
    const { exitCode, err } = await runHere(["infra", "--no-peer-server", "--no-stun", "--port", String(port)]);
    expect(exitCode).toBe(1);
    expect(err).toMatch(/^PORT_UNAVAILABLE: .*EADDRINUSE.*\n {2}cure: .*--port/);
  });

  test("--data: one relay a folder; the second, and a folder that is none, are told what to do", async () => {
    await using relay = new RunningCommand(["infra", "--port", "0", "--data", "mail", "--every", "1"], { folder });
    await relay.line(/^Gun relay at /);
    await relay.line(/, 0 letters wait$/);
    const second = await runHere(["infra", "--port", "0", "--data", "mail"], { folder });
    expect(second.exitCode).toBe(1);
    expect(second.err).toMatch(/^STORE_LOCKED: [\s\S]*\n {2}cure: /);
    relay.signal("SIGTERM");
    expect(await relay.exit).toBe(0);
    await using again = new RunningCommand(["infra", "--port", "0", "--data", "mail"], { folder });
    await again.line(/^Gun relay at /);
    await writeFile(join(folder, "file"), "");
    const file = await runHere(["infra", "--port", "0", "--data", "file"], { folder });
    expect(file).toMatchObject({ exitCode: 1, err: expect.stringMatching(/^STORE_FAILED: [\s\S]*\n {2}cure: /) });
    expect((await runHere(["infra", "--mail", "0"])).exitCode).toBe(2);
  });

  test("relays that are linked pass letters of their clients on", async () => {
    const one = await startRelay();
    await using _one = one.relay;
    await using two = new RunningCommand(["infra", "--port", "0", "--peer", one.url, "--json", "--every", "1"]);
    const { url }: { url: string } = JSON.parse(await two.line(/"relay:ready"/));
    await two.line(/"relaysUp":1/);
    await putConfig("a.json", [one.url]);
    await putConfig("b.json", [url]);
    await using a = new RunningCommand(["start", "a.json"], { folder });
    await using b = new RunningCommand(["start", "b.json"], { folder });
    const id = (await b.line(/^node /)).slice("node ".length);
    expect(await a.line(/^\+ /)).toBe(`+ ${id}`);
  });
});
