import { expect, test } from "vitest";
import { shortRun } from "./short-run.ts";

const kills = 6;

/** `npm run crash -- outbox` kills fifty times; this is the same in short. It needs the build. */
test(`${kills} times kill -9: nothing confirmed is lost, nothing done is doubled; journals that forget fail both`, {
  timeout: 90_000,
}, async () => {
  const { values, holds, errors } = await shortRun("outbox", "--kills", String(kills));
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
