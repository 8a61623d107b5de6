import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const run = fileURLToPath(new URL("../../crash/run.mjs", import.meta.url));
const kills = 6;

/** `npm run crash -- outbox` kills fifty times; this is the same in short. It needs the build. */
test(`${kills} times kill -9: nothing confirmed is lost, nothing done is doubled; journals that forget fail both`, {
  timeout: 90_000,
}, async () => {
  const args = [run, "outbox", "--json", "--kills", String(kills), "--seed", "short"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "exit");
  const [said, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await ended;
  const { rows, holds } = JSON.parse(said);
  const values = Object.fromEntries(rows.map(({ name, value }: { name: string; value: number }) => [name, value]));
  expect(values, errors).toMatchObject({
    kills,
    confirmedLost: 0,
    doubledAfterDone: 0,
    unmarked: 0,
    outboxLost: 0,
    outboxDoubled: 0,
    failed: 0,
  });
  for (const name of ["redelivered", "heardTwice", "restored", "forgetfulLedger", "forgetfulOutbox"]) {
    expect(values[name], `${name} proves that the run put something to the test`).toBeGreaterThan(0);
  }
  expect(holds).toBe(true);
});
