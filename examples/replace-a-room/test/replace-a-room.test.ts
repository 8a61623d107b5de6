import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const script = fileURLToPath(new URL("../replace-a-room.ts", import.meta.url));

test("by the replaced clock half a minute is over in a blink", async () => {
  const startedAt = performance.now();
  const { stdout } = await promisify(execFile)(process.execPath, [script]);
  expect(stdout).toMatch(/^LETTER_EXPIRED after 3\d s of the node's own time\n$/);
  expect(performance.now() - startedAt).toBeLessThan(15_000);
});
