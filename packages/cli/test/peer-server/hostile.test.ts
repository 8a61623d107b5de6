import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { systemClock } from "@swarm-space/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openPeerServer, type RunningPeerServer } from "../../src/peer-server/peer-server.ts";
import { readSignal } from "../../src/peer-server/signal-guard.ts";
import { hostileSignals } from "./hostile-signals.ts";
import { SignalClient } from "./signal-client.ts";

describe("behind the guard", () => {
  let server: RunningPeerServer;
  beforeEach(async () => {
    server = await openPeerServer({ clock: systemClock(), port: 0 });
  });
  afterEach(() => server.close());

  test("nothing hostile reaches the server or its clients, and what is honest goes on", async () => {
    await using victim = await SignalClient.open(server.url, "victim");
    await using attacker = await SignalClient.open(server.url, "attacker");
    for (const signal of Object.values(hostileSignals)) attacker.say(signal);
    attacker.offer("victim", "honest");
    expect(await victim.offered("honest")).toMatchObject({ src: "attacker" });
    expect(victim.told.map(({ type }) => type)).toEqual(["OPEN", "OFFER"]);
    expect(server.stats()).toMatchObject({ passed: 1, rejected: Object.keys(hostileSignals).length });
  });

  test("who sends nothing but rubbish is cut off", async () => {
    await using attacker = await SignalClient.open(server.url, "attacker");
    for (let at = 0; at < 40; at += 1) attacker.say("null");
    expect(await attacker.closed).toBe(1_008);
    await using other = await SignalClient.open(server.url, "attacker"); // and the id is free again
    expect(other.told).toEqual([{ type: "OPEN" }]);
  });

  test("a message beyond 64 KiB ends its connection before it is in memory", async () => {
    await using attacker = await SignalClient.open(server.url, "attacker");
    attacker.say(Buffer.alloc(65_537, "a"));
    expect(await attacker.closed).toBe(1_009);
    expect(server.stats().passed).toBe(0);
  });

  test("who leaves is not heard any more under an id that another may have by then", async () => {
    await using victim = await SignalClient.open(server.url, "victim");
    await using leaver = await SignalClient.open(server.url, "shared");
    leaver.say({ type: "LEAVE" });
    leaver.offer("victim", "forged");
    await leaver.closed;
    await using heir = await SignalClient.open(server.url, "shared", { token: "another" });
    heir.offer("victim", "own");
    await victim.offered("own");
    expect(victim.told.map(({ type }) => type)).toEqual(["OPEN", "OFFER"]);
  });
});

describe("ablation: the stock server", () => {
  let child: ChildProcess;
  async function start(mode: "listens" | "bare"): Promise<string> {
    child = fork(fileURLToPath(new URL("stock-server.mjs", import.meta.url)), [mode], {
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    const [ready]: { url: string }[] = await once(child, "message");
    return ready?.url ?? "";
  }
  afterEach(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  });

  test("dies of JSON null", async () => {
    await using attacker = await SignalClient.open(await start("bare"), "attacker");
    const exit = once(child, "exit");
    attacker.say("null");
    expect((await exit)[0]).not.toBe(0);
  });

  test("passes on what breaks its clients, and lets one who left speak as the heir of the id", async () => {
    const url = await start("listens");
    await using victim = await SignalClient.open(url, "victim");
    await using attacker = await SignalClient.open(url, "shared");
    attacker.say(hostileSignals["a payload that is no object"] ?? "");
    attacker.say(hostileSignals["the server's own type"] ?? "");
    await victim.hear(({ type }) => type === "EXPIRE");
    expect(victim.told).toContainEqual(expect.objectContaining({ type: "ANSWER", payload: null }));
    attacker.say({ type: "LEAVE" });
    await using heir = await SignalClient.open(url, "shared", { token: "another" });
    attacker.offer("victim", "forged");
    expect(await victim.offered("forged")).toMatchObject({ src: "shared" });
    expect(heir.socket.readyState).toBe(heir.socket.OPEN);
  });

  test("cuts off the receiver of what is too deep", async () => {
    const url = await start("listens");
    await using victim = await SignalClient.open(url, "victim");
    await using attacker = await SignalClient.open(url, "attacker");
    attacker.say(hostileSignals["a payload too deep"] ?? "");
    expect(await victim.closed).toBe(1_005);
  });
});

test("the guard takes what clients of PeerJS say, and nothing hostile", () => {
  const payload = { sdp: { type: "offer", sdp: "v=0\r\n" }, type: "data", connectionId: "dc_1", metadata: { a: [{}] } };
  expect(readSignal('{"type":"HEARTBEAT"}')).toEqual({ type: "HEARTBEAT", to: undefined });
  expect(readSignal('{"type":"LEAVE"}')).toEqual({ type: "LEAVE", to: undefined });
  for (const type of ["OFFER", "ANSWER", "CANDIDATE"]) {
    expect(readSignal(JSON.stringify({ type, payload, dst: "bob-1" }))).toEqual({ type, to: "bob-1" });
  }
  for (const [name, signal] of Object.entries(hostileSignals)) expect(readSignal(signal), name).toBeUndefined();
});
