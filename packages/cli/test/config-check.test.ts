import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runToEnd } from "./command.ts";
import { runHere } from "./run-here.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "swarm-cli-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Path, and the valid name that was meant where there is one. */
const planted = [
  ["netwrok", "network"],
  ["messaging.ttlMs"],
  ["messaging.maxLeterBytes", "maxLetterBytes"],
  ["start.openTimeoutMs"],
  ["plugins[0].with.relais", "relays"],
  ["plugins[1]"],
  ["plugins[1].with.relays"],
  ["plugins[2].with.baseBackoffMs"],
  ["plugins[3].with.reserveBytes"],
  ["plugins[5].use", "@swarm-space/resilience"],
  ["plugins[6].use"],
  ["plugins[7].use"],
  ["plugins[8].use"],
  ["plugins[9].enabled"],
  ["plugins[10].uses", "use"],
  ["plugins[11]"],
] as const;

describe("swarm-space config check", () => {
  test("lists every planted mistake with path, expectation, what was found and the nearest name; exit code 1", async () => {
    const { exitCode, out, err } = await runToEnd(["config", "check", "examples/broken.config.json"]);
    expect(exitCode).toBe(1);
    expect(out).toBe("");
    expect(err).toMatch(/^CONFIG_INVALID: The configuration has \d+ problems:\n/);
    const lines = err.split("\n");
    for (const [path, nearest] of planted) {
      const line = lines.find((each) => each.startsWith(`  ${path}: `));
      expect(line, path).toMatch(/, found ./);
      if (nearest !== undefined) expect(line).toContain(`did you mean ${JSON.stringify(nearest)}?`);
    }
  });

  test("--json gives one object with the same list", async () => {
    const { exitCode, out, err } = await runHere(["config", "check", "examples/broken.config.json", "--json"]);
    expect(exitCode).toBe(1);
    expect(err).toBe("");
    const told: { ok: boolean; code: string; problems: { path: string; expected: string; found: string }[] } =
      JSON.parse(out);
    expect(told).toMatchObject({ ok: false, code: "CONFIG_INVALID" });
    expect(told.problems.map(({ path }) => path)).toEqual(expect.arrayContaining(planted.map(([path]) => path)));
    for (const problem of told.problems) expect(Object.values(problem).every((value) => value !== "")).toBe(true);
  });

  test("says ok, with the plugins; first-party ones are found from any folder", async () => {
    const plugins = [{ use: "@swarm-space/resilience" }, { use: "@swarm-space/transport-gun" }];
    await writeFile(join(folder, "good.json"), JSON.stringify({ network: "n", plugins }));
    await writeFile(join(folder, "empty.json"), "{}");
    const [good, json, empty, example] = await Promise.all([
      runHere(["config", "check", "good.json"], { folder }),
      runHere(["config", "check", "good.json", "--json"], { folder }),
      runHere(["config", "check", "empty.json"], { folder }),
      runHere(["config", "check", "examples/local-swarm/swarm.config.json"]),
    ]);
    expect(good).toMatchObject({ exitCode: 0, err: "" });
    expect(good.out).toMatch(/^ok: 2 plugins: @swarm-space\/\S+, @swarm-space\/\S+$/);
    expect(JSON.parse(json.out)).toMatchObject({ ok: true, network: "n" });
    expect(empty.out).toBe("ok: 0 plugins");
    expect(example.exitCode).toBe(0);
  });

  test("servers, addresses and hosts that are none are found before a start would", async () => {
    const shared = {
      iceServers: [{ urls: ["stun:127.0.0.1:3478", "http://stun.example"] }, { urls: "nope" }],
      bindAddress: "nope",
    };
    const plugins = [
      { use: "@swarm-space/transport-integrated", with: { ...shared, dht: { host: "!!", bootstrap: ["!!:1"] } } },
      { use: "@swarm-space/transport-peerjs", with: shared },
    ];
    await writeFile(join(folder, "none.json"), JSON.stringify({ plugins }));
    const { problems } = JSON.parse((await runHere(["config", "check", "none.json", "--json"], { folder })).out);
    const own = (at: number) => [
      [`plugins[${at}].with.bindAddress`, "an IP address of this machine"],
      ...["[0].urls[1]", "[1].urls"].map((where) => [
        `plugins[${at}].with.iceServers${where}`,
        "a stun: or turn: URL, as stun:host:3478",
      ]),
    ];
    expect(problems.map(({ path, expected }: Record<string, string>) => [path, expected]).sort()).toEqual(
      [
        ...own(0),
        ["plugins[0].with.dht.bootstrap[0]", "host:port"],
        ["plugins[0].with.dht.host", "a host name or an IP address"],
        ...own(1),
      ].sort(),
    );
    const good = [
      "stun:[::1]:3478",
      "STUNS:host",
      "turn:turn.example.org:3478?transport=tcp",
      "turns:host_1?transport=udp",
    ];
    for (const [bindAddress, host] of [
      ["127.0.0.1", "localhost"],
      ["fe80::1%eth0", "fe80::1%eth0"],
      ["::ffff:10.0.0.1", "bücher.example"],
    ]) {
      const whole = { iceServers: [{ urls: good }], bindAddress, dht: { host, bootstrap: ["[::1]:1", "a.b:2"] } };
      const entry = { use: "@swarm-space/transport-integrated", with: whole };
      await writeFile(join(folder, "whole.json"), JSON.stringify({ plugins: [entry] }));
      expect(await runHere(["config", "check", "whole.json"], { folder })).toMatchObject({ exitCode: 0, err: "" });
    }
  });

  test.each([
    ["CONFIG_NOT_FOUND", undefined],
    ["CONFIG_UNREADABLE", "{ not json"],
    ["CONFIG_INVALID", "[1, 2]"],
    ["CONFIG_INVALID", '{ "__proto__": { "network": "x" } }'],
    ["CONFIG_INVALID", '{ "plugins": [{ "use": "node:fs" }] }'],
  ])("%s for %j, in words and as JSON", async (code, text) => {
    if (text !== undefined) await writeFile(join(folder, "bad.json"), text);
    const [plain, json] = await Promise.all([
      runHere(["config", "check", "bad.json"], { folder }),
      runHere(["config", "check", "bad.json", "--json"], { folder }),
    ]);
    expect(plain.exitCode).toBe(1);
    expect(plain.err).toMatch(new RegExp(`^${code}: `));
    expect(json.exitCode).toBe(1);
    expect(JSON.parse(json.out)).toMatchObject({ ok: false, code });
  });
});
