import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const script = fileURLToPath(new URL("../two-nodes.ts", import.meta.url));

test("one writes, the other reads, and the one knows it", async () => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [script]);
  expect(stdout).toBe("bob reads: hello\nalice knows: confirmed by gun\n");
  expect(stderr).toBe("");
});

test("README.md shows the same lines", () => {
  const readme = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");
  expect(readme).toContain(`\`\`\`ts\n${readFileSync(script, "utf8")}\`\`\``);
});
