import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock, systemRandom } from "@swarm-space/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkNode, checkPort, checkWebRtc } from "../../src/doctor/local-checks.ts";
import { dhtQuestion, stunQuestion } from "../../src/doctor/probe-packets.ts";
import { probeServers } from "../../src/doctor/server-probes.ts";
import { openServices } from "../../src/infra-services.ts";
import { runHere, stageHere } from "../run-here.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "swarm-space-doctor-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const rooms = { clock: systemClock(), random: systemRandom(), timeoutMs: 5_000 };

describe("swarm-space doctor", () => {
  test("looks at Node, configuration, WebRTC and ports, and asks nobody on the net", async () => {
    const { exitCode, out } = await runHere(["doctor", "--json"], { folder });
    const { isWell, findings } = JSON.parse(out);
    expect({ exitCode, isWell }).toEqual({ exitCode: 0, isWell: true });
    expect(findings.map(({ what }: { readonly what: string }) => what)).toEqual([
      ...["Node", "configuration", "WebRTC", "port 8765", "port 9000", "port 3478 (UDP)", "port 8000"],
      ...["port 6881 (UDP)", "port 8766"],
    ]);
    expect(findings[1]).toMatchObject({ state: "odd", detail: "none in this folder" });
  });

  test("finds what is wrong with a configuration: exit code 1, and what to do", async () => {
    const path = join(folder, "swarm.config.json");
    await writeFile(path, '{ "plugins": [{ "use": "@swarm-space/transport-gun", "with": { "relay": [] } }] }');
    const { exitCode, out, err } = await runHere(["doctor"], { folder });
    expect(exitCode).toBe(1);
    expect(out).toMatch(/BAD +configuration +[\s\S]*with\.relay: /);
    expect(err).toContain("configuration: ");
    expect(out).toContain("No server on the net was asked");
  });

  test("an old Node, a library that does not load, a port that is taken", async () => {
    expect(checkNode("20.11.1")).toMatchObject({ state: "bad", cure: expect.stringContaining("22") });
    expect(checkNode("22.0.0").state).toBe("good");
    const broken = await checkWebRtc(() => Promise.reject(new Error("no such library")));
    expect(broken).toMatchObject({ state: "bad", detail: "no such library" });
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    expect(await checkPort({ what: "tracker", port, option: "--tracker-port", udp: false })).toMatchObject({
      state: "odd",
      detail: expect.stringMatching(/^not free for the tracker: .*EADDRINUSE/),
      cure: expect.stringContaining("--tracker-port"),
    });
    server.close();
    await once(server, "close");
  });
});

describe("--public", () => {
  test("gets a sign of life of each server of `swarm-space infra`; of those that are gone, none", async () => {
    const all = { peerServer: true, stun: true, tracker: true, dht: true, health: false };
    const options = { ...all, port: 0, host: "127.0.0.1", peer: [], dhtJoin: [], mail: 1, everyMs: 1_000 };
    const services = await openServices(stageHere(folder), options);
    const { relay, peerServer, stun, tracker, dht } = services;
    const servers = {
      trackers: [tracker?.url ?? ""],
      gunRelays: [relay.url.replace(/^ws/, "http")],
      peerServers: [peerServer?.url ?? ""],
      iceServers: [{ urls: stun?.url ?? "" }],
      dhtBootstrap: [`127.0.0.1:${dht?.port}`],
    };
    try {
      const findings = await probeServers(servers, rooms);
      expect(findings.map(({ what, state }) => `${what.replace(/ \S+$/, "")} ${state}`)).toEqual(
        ["tracker", "Gun relay", "PeerServer", "STUN", "DHT node"].map((kind) => `${kind} good`),
      );
    } finally {
      await services.close();
    }
    const gone = await probeServers(servers, { ...rooms, timeoutMs: 200 });
    expect(gone.map(({ state }) => state)).toEqual(["bad", "bad", "bad", "bad", "bad"]);
    expect(gone.every(({ cure }) => cure?.includes("servers"))).toBe(true);
  });

  test("a server that is there and answers something else is no sign of life", async () => {
    const parrot = createSocket("udp4");
    parrot.bind(0, "127.0.0.1");
    await once(parrot, "listening");
    parrot.on("message", (packet, { port }) => parrot.send(packet, port, "127.0.0.1"));
    const at = `127.0.0.1:${parrot.address().port}`;
    const none = { trackers: [], gunRelays: [], peerServers: [] };
    const servers = { ...none, iceServers: [{ urls: `stun:${at}` }], dhtBootstrap: [at] };
    const findings = await probeServers(servers, { ...rooms, timeoutMs: 200 });
    parrot.close();
    expect(findings.map(({ state, detail }) => [state, detail])).toEqual([
      ["bad", "no answer in 0.2 s"],
      ["bad", "no answer in 0.2 s"],
    ]);
  });

  test("an answer to another question is none", () => {
    const [one, other] = [new Uint8Array(20).fill(65), new Uint8Array(20).fill(66)];
    const pong = (transaction: string) => Buffer.from(`d1:rd2:id20:${"x".repeat(20)}e1:t2:${transaction}1:y1:re`);
    expect(dhtQuestion(one).isAnswer(pong("AA"))).toBe(true);
    expect(dhtQuestion(other).isAnswer(pong("AA"))).toBe(false);
    expect(stunQuestion(one.subarray(0, 12)).isAnswer(new Uint8Array(3))).toBe(false);
  });
});
