import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { use } from "@swarm-space/core";
import { expect, test } from "vitest";
import { openAndCloseAgain, openCalledOff } from "../../../tests/support/transport-ends.ts";
import gun, { gunConfig } from "../src/index.ts";
import { makeNode, relay } from "./nodes.ts";

test("it can be opened and closed again and again; closing twice is harmless", async () => {
  const server = await relay();
  const [a, b] = [makeNode({ relays: [server.url] }), makeNode({ relays: [server.url], serve: { port: 0 } })];
  await openAndCloseAgain(a, b, "relay", async (one, other) => {
    expect([a.transport.state, b.transport.state]).toEqual(["idle", "idle"]);
    expect((await one.closed).by).toBe("local");
    expect((await other.closed).by).toMatch(/local|remote/);
  });
  await expect.poll(() => server.stats()).toMatchObject({ connections: 0, errors: 0, rejected: 0 });
  await server.close();
});

test("opening that is called off leaves nothing", async () => {
  const node = makeNode({ relays: ["ws://127.0.0.1:9/gun"], openTimeoutMs: 60_000 });
  const { opening, reason } = openCalledOff(node.transport);
  await expect(opening).rejects.toBe(reason);
  expect(node.transport.state).toBe("idle");
});

test("a port that is taken is told with its cure, and the transport is as before", async () => {
  const server = await relay();
  const node = makeNode({ serve: { port: server.port } });
  await expect(node.open()).rejects.toMatchObject({ code: "TRANSPORT_OPEN_FAILED" });
  expect(node.transport.state).toBe("idle");
  await server.close();
});

test("after close no timer and no socket is left in the process", async () => {
  const fixture = fileURLToPath(new URL("./fixtures/open-and-close.ts", import.meta.url));
  const hooks = fileURLToPath(new URL("./fixtures/sources.mjs", import.meta.url));
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", "--import", hooks, fixture], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", (data) => {
    text += data;
  });
  const [code] = await once(child, "exit");
  expect(code).toBe(0);
  expect(JSON.parse(text)).toEqual({ frames: 100, left: [] });
});

test("options: defaults work, and each mistake is refused with its path", () => {
  expect(gunConfig.parse({})).toMatchObject({ relays: [], frameBytes: 24_000 });
  expect(use(gun, { relays: ["http://127.0.0.1:8765/gun"] }).plugin.id).toBe("@swarm-space/transport-gun");
  const bad = gunConfig.safeParse({ relays: ["nonsense"], frameBytes: 1, serve: { port: 70_000 }, unknown: 1 });
  expect(bad.error?.issues.map((issue) => issue.path.join(".")).sort()).toEqual([
    "",
    "frameBytes",
    "relays.0",
    "serve.port",
  ]);
});
