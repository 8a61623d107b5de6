import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";

const script = fileURLToPath(new URL("../run.mjs", import.meta.url));

function leftFolders(): readonly string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith("swarm-space-demo-"));
}

/** True while a process of this id runs. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("npm run start:outage", () => {
  test("-- --once --json: the relay dies and comes back, all letters arrive once; one object on stdout", {
    timeout: 60_000,
  }, async () => {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [script, "--once", "--json"]);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ nodes: 3, lost: 0, duplicated: 0, transports: ["gun"] });
    expect(report.sent).toBeGreaterThanOrEqual(300);
    expect(report.delivered).toBe(report.sent);
    expect(report.confirmed).toBe(report.sent);
    expect(report.breakersOpened).toBeGreaterThanOrEqual(1);
    expect(report.recoveredMs).toBeGreaterThan(0);
    expect(stderr).toMatch(/KILLED[\s\S]*breaker opens[\s\S]*BACK/);
    expect(stderr).not.toContain("\u001b");
  });

  test.each(["SIGINT", "SIGTERM", "SIGKILL"] as const)(
    "%s leaves no process and no file behind",
    {
      timeout: 30_000,
    },
    async (signal) => {
      const before = leftFolders();
      const run = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
      const exit = once(run, "exit");
      let said = "";
      for await (const text of run.stdout.setEncoding("utf8")) {
        said += text;
        if (said.includes("found ")) break;
      }
      const pids = [...said.matchAll(/process (\d+)/g)].map(([, pid]) => Number(pid));
      expect(pids).toHaveLength(4);
      run.kill(signal);
      // In the middle of the play the second asking ends it at once.
      if (signal !== "SIGKILL") run.kill(signal);
      await exit;
      await expect.poll(() => pids.filter(isAlive), { timeout: 10_000 }).toEqual([]);
      // Nobody can tidy up after SIGKILL of oneself.
      if (signal !== "SIGKILL") expect(leftFolders()).toEqual(before);
    },
  );
});
