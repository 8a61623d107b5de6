import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { activeResources, leakedSince } from "@swarm-space/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { turnCredentials } from "../src/turn-credentials.ts";
import { RunningCommand } from "./command.ts";
import { SignalClient } from "./peer-server/signal-client.ts";
import { runHere } from "./run-here.ts";

describe("swarm-space infra", () => {
  test("lists all its addresses in one line, serves each, tells how they fare, and ends", async () => {
    await using command = new RunningCommand(["infra", "--port", "0", "--json", "--every", "1"]);
    const ready = JSON.parse(await command.line(/"relay:ready"/));
    expect(ready).toEqual({
      event: "relay:ready",
      url: `http://127.0.0.1:${ready.port}/gun`,
      host: "127.0.0.1",
      port: expect.any(Number),
      peerServer: {
        url: `http://127.0.0.1:${ready.peerServer.port}/`,
        host: "127.0.0.1",
        port: expect.any(Number),
        path: "/",
        key: "peerjs",
      },
      stun: { url: `stun:127.0.0.1:${ready.stun.port}`, host: "127.0.0.1", port: expect.any(Number) },
      tracker: { url: `ws://127.0.0.1:${ready.tracker.port}`, host: "127.0.0.1", port: expect.any(Number) },
      dht: { bootstrap: `127.0.0.1:${ready.dht.port}`, host: "127.0.0.1", port: expect.any(Number) },
      health: { url: `http://127.0.0.1:${ready.health.port}/`, host: "127.0.0.1", port: expect.any(Number) },
    });
    const page = await fetch(`${ready.health.url}health`);
    expect({ status: page.status, ...(await page.json()) }).toMatchObject({
      status: 200,
      isWell: true,
      services: [
        { name: "Gun relay", isUp: true },
        { name: "PeerServer", isUp: true },
        { name: "STUN", isUp: true },
        { name: "tracker", isUp: true, counts: { connections: 0, swarms: 0 } },
        { name: "DHT node", isUp: true, counts: { nodes: 0, dropped: 0 } },
      ],
    });
    expect(await (await fetch(ready.health.url)).text()).toContain("<td>DHT node</td><td>up</td>");
    await using anna = await SignalClient.open(ready.peerServer.url, "anna");
    anna.say("null");
    const socket = createSocket("udp4");
    socket.send(Buffer.from("000100002112a442b7e7a701bc34d686fa87dfae", "hex"), ready.stun.port, "127.0.0.1");
    await once(socket, "message");
    socket.close();
    const health = JSON.parse(await command.line(/"relay:health".*"answered":1/));
    expect(health).toMatchObject({ peerServer: { ids: 1, rejected: 1 }, stun: { answered: 1, dropped: 0 } });
    command.signal("SIGTERM");
    expect(await anna.closed).toBe(1_001);
    expect(await command.exit).toBe(0);
    expect(JSON.parse(command.lines.at(-1) ?? "")).toMatchObject({ event: "relay:stop", stun: { answered: 1 } });
    expect(command.errors).toEqual([]);
  });

  test("says where each is, in words; leaves out what is not wanted", async () => {
    const none = ["--no-peer-server", "--no-stun", "--no-tracker", "--no-dht", "--no-health"];
    await using all = new RunningCommand(["infra", "--port", "0"]);
    await using alone = new RunningCommand(["infra", "--port", "0", ...none, "--json"]);
    expect(await all.line(/^PeerServer at /)).toMatch(/^PeerServer at http:\/\/127\.0\.0\.1:\d+\/$/);
    expect(await all.line(/^STUN at /)).toMatch(/^STUN at stun:127\.0\.0\.1:\d+$/);
    expect(await all.line(/^Tracker at /)).toMatch(/^Tracker at ws:\/\/127\.0\.0\.1:\d+$/);
    expect(await all.line(/^DHT node at /)).toMatch(/^DHT node at 127\.0\.0\.1:\d+$/);
    expect(await all.line(/^Health at /)).toMatch(/^Health at http:\/\/127\.0\.0\.1:\d+\/$/);
    const ready = JSON.parse(await alone.line(/"relay:ready"/));
    expect(Object.keys(ready)).toEqual(["event", "url", "host", "port"]);
    all.signal("SIGINT");
    alone.signal("SIGINT");
    expect(await Promise.all([all.exit, alone.exit])).toEqual([0, 0]);
  });

  test.each([
    ["--host", "", "1 to 255 characters"],
    ["--dht-join", "nobody", "host:port"],
    ["--dht-join", "router.example:99999", "host:port"],
    ["--peer", "nowhere", "an http:, https:, ws: or wss: URL"],
    ["--peer", "ftp://relay.example", "an http:, https:, ws: or wss: URL"],
  ])("%s %j: the command line is wrong, and nothing listens", async (option, value, form) => {
    const { exitCode, out, err } = await runHere(["infra", "--port", "0", option, value]);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: "" });
    expect(err).toContain(option);
    expect(err).toContain(form);
  });

  test("an address that is not this machine's: the cure names the address, not the port", async () => {
    const { exitCode, err } = await runHere(["infra", "--port", "0", "--host", "192.0.2.1"]);
    expect(exitCode).toBe(1);
    expect(err).toMatch(/^PORT_UNAVAILABLE: .*192\.0\.2\.1.*\n {2}cure: .*`--host`/);
  });

  test.each(["--peer-port", "--stun-port", "--tracker-port", "--dht-port", "--health-port"])(
    "%s that is taken: says so, and closes what was open",
    async (option) => {
      const tcp = createServer().listen(0, "127.0.0.1");
      await once(tcp, "listening");
      const address = tcp.address();
      const port = typeof address === "object" && address ? address.port : 0;
      const udp = createSocket("udp4").bind(port, "127.0.0.1");
      await once(udp, "listening");
      const before = activeResources();
      const { exitCode, err } = await runHere(["infra", "--port", "0", option, String(port)]);
      expect(exitCode).toBe(1);
      expect(err).toMatch(new RegExp(`^PORT_UNAVAILABLE: .*${port}.*EADDRINUSE.*\\n {2}cure: .*${option}`));
      expect(await leakedSince(before)).toEqual(new Map());
      tcp.close();
      udp.close();
    },
  );

  test("100 times from start to stop leave nothing", async () => {
    const before = activeResources();
    for (let at = 0; at < 100; at += 1) {
      const { exitCode, out, err } = await runHere(["infra", "--port", "0", "--json"], { stopsAt: /"relay:ready"/ });
      expect({ exitCode, err }).toEqual({ exitCode: 0, err: "" });
      expect(out).toMatch(/"relay:stop"/);
    }
    expect(await leakedSince(before)).toEqual(new Map());
  });

  test("no other command loads the PeerServer's library", async () => {
    const seen = new Set<string>();
    const read = async (file: string): Promise<void> => {
      if (seen.has(file)) return;
      seen.add(file);
      const text = await readFile(file, "utf8");
      for (const [, kind, to = ""] of text.matchAll(/^(import|export) (?!type )[^;]*?from "([^"]+)";/gms)) {
        expect(
          ["peer", "express", "ws", "bittorrent-tracker", "@swarm-space/webtorrent-driver/infra"],
          `${file} ${kind}s ${to}`,
        ).not.toContain(to);
        if (to.startsWith(".")) await read(join(dirname(file), to));
      }
    };
    await read(fileURLToPath(new URL("../src/main.ts", import.meta.url)));
    expect(seen.size).toBeGreaterThan(10);
  });
});

describe("swarm-space infra turn-credentials", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "swarm-turn-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const secret = "0123456789abcdef0123456789abcdef";

  test("are what openssl makes of the same secret", () => {
    // printf %s 1700000000:swarm | openssl dgst -sha1 -hmac SECRET -binary | base64
    expect(turnCredentials({ secret, name: "swarm", expiresAt: 1_700_000_000_999 })).toEqual({
      username: "1700000000:swarm",
      credential: "g04z2Sricg7JdVa4yUnXl2iZ+SQ=",
    });
  });

  test("are told as an ICE server that holds as long as was asked", async () => {
    await writeFile(join(folder, "secret"), `${secret}\n`);
    const words = ["infra", "turn-credentials", "--secret-file", "secret"];
    const before = Date.now();
    const { exitCode, out } = await runHere(
      [...words, "--ttl", "60", "--name", "anna", "--url", "turn:192.0.2.1:3478", "turns:192.0.2.1:5349"],
      { folder },
    );
    expect(exitCode).toBe(0);
    const server = JSON.parse(out);
    const [expiry, name] = server.username.split(":");
    expect(name).toBe("anna");
    expect(Number(expiry) * 1_000).toBeGreaterThan(before + 58_000);
    expect(Number(expiry) * 1_000).toBeLessThanOrEqual(Date.now() + 60_000);
    const expected = turnCredentials({ secret, name: "anna", expiresAt: Number(expiry) * 1_000 });
    expect(server).toEqual({ urls: ["turn:192.0.2.1:3478", "turns:192.0.2.1:5349"], ...expected });
    expect(Object.keys(JSON.parse((await runHere(words, { folder })).out))).toEqual(["username", "credential"]);
  });

  test("a secret that is not there, or is short, is said with a cure", async () => {
    await writeFile(join(folder, "short"), "0123456789\n");
    for (const file of ["short", "absent"]) {
      const { exitCode, out, err } = await runHere(["infra", "turn-credentials", "--secret-file", file], { folder });
      expect({ exitCode, out }).toEqual({ exitCode: 1, out: "" });
      expect(err).toMatch(/^SECRET_UNREADABLE: [\s\S]*\n {2}cure: /);
      expect(err).not.toContain("0123456789");
    }
  });
});
