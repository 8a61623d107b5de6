import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { runToEnd } from "./command.ts";
import { runHere } from "./run-here.ts";

describe("the command line", () => {
  test("tells its version and its help, with exit codes", async () => {
    const { version }: { version: string } = JSON.parse(
      readFileSync(new URL("../package.json", import.meta.url), "utf8"),
    );
    const [versioned, wrong] = await Promise.all([runToEnd(["--version"]), runToEnd(["strt"])]);
    expect(versioned).toEqual({ exitCode: 0, out: version, err: "" });
    expect(wrong).toMatchObject({ exitCode: 2, out: "" });
    const helped = await runHere(["--help"]);
    expect(helped.exitCode).toBe(0);
    expect(helped.out).toMatch(/start .*chat .*infra .*config .*Exit codes: 0 /s);
    for (const words of [["start"], ["chat"], ["infra"], ["infra", "turn-credentials"], ["config", "check"]]) {
      const { exitCode, out } = await runHere([...words, "--help"]);
      expect(exitCode).toBe(0);
      expect(out).toMatch(/^Usage: swarm-space /);
    }
  });

  test.each([
    [["strt"], "Did you mean start?"],
    [["infra", "--port", "99999"], "a whole number from 0 to 65535"],
    [["infra", "--port", "1e3"], "a whole number from 0 to 65535"],
    [["chat", "--ttl", "0"], "a whole number from 1 to 86400"],
    [["chat", "--name", "a\u001bb"], "a text of 1 to 40 characters"],
    [["config", "check"], "missing required argument"],
    [["start", "a.json", "b.json"], "too many arguments"],
    [["infra", "--prot", "1"], "Did you mean --port?"],
    [["infra", "--stun-port", "65536"], "a whole number from 0 to 65535"],
    [["infra", "turn-credentials"], "--secret-file"],
    [["chat", "--relay", "nonsense"], "an http:, https:, ws: or wss: URL"],
    [["infra", "--peer", "nonsense", "--port", "0"], "an http:, https:, ws: or wss: URL"],
    [["infra", "--dht-join", "x", "--port", "0"], "host:port"],
    [["infra", "--host", "", "--port", "0"], "--host"],
  ])("refuses %j with exit code 2", async (words, hint) => {
    const { exitCode, out, err } = await runHere(words);
    expect(exitCode).toBe(2);
    expect(out).toBe("");
    expect(err).toContain(hint);
  });

  test.each([
    [["start", "not-there.json"], "CONFIG_NOT_FOUND"],
    [["infra", "--host", "203.0.113.1", "--port", "0"], "PORT_UNAVAILABLE"],
  ])("%j ends with code %s, a cure, and exit code 1", async (words, code) => {
    const { exitCode, err } = await runHere(words);
    expect(exitCode).toBe(1);
    expect(err).toMatch(new RegExp(`^${code}: .+\n(.*\n)*  cure: .+`));
    expect(err).not.toContain("    at ");
  });
});
