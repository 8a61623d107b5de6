import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { hostileFrames } from "./hostile-frames.ts";

const fixture = fileURLToPath(new URL("./fixtures/hostile-relay.ts", import.meta.url));

interface Outcome {
  readonly exit: number | null;
  readonly errors?: number;
  readonly rejected?: number;
  readonly arrived?: boolean;
  readonly polluted?: boolean;
}

async function attack(what: string, how: string): Promise<Outcome> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", fixture, what, how], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  let text = "";
  child.stdout.on("data", (data) => {
    text += data;
  });
  const [exit] = await once(child, "exit");
  return { exit, ...(text === "" ? {} : JSON.parse(text)) };
}

describe.each(["relay", "client"])("every hostile frame at a %s", (what) => {
  test("guarded: all are refused, Gun throws nothing, honest traffic goes on", async () => {
    const outcome = await attack(what, "guarded");
    expect(outcome).toEqual({ exit: 0, errors: 0, rejected: expect.any(Number), arrived: true, polluted: false });
    // The one that is too long for a relay's socket never reaches the guard.
    expect(outcome.rejected).toBeGreaterThan(hostileFrames.length - 5);
  });

  test("the guard taken out: the same frames do harm", async () => {
    const { exit, errors, arrived, polluted } = await attack(what, "bare");
    expect(exit !== 0 || (errors ?? 0) > 0 || arrived === false || polluted === true).toBe(true);
  });
});
