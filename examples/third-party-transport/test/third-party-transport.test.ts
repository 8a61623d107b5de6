import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { transportChecks } from "@swarm-space/testkit/conformance";
import { describe, expect, it, test } from "vitest";
import { mediumTransport } from "../../../conformance/subjects/medium-transport.ts";

const folder = new URL("../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, folder), "utf8");

describe("the transport of a third party", () => mediumTransport.conform({ describe, it }, "short"));

test("two nodes meet over it, and a letter is confirmed", async () => {
  const script = fileURLToPath(new URL("two-tabs.ts", folder));
  const { stdout } = await promisify(execFile)(process.execPath, [script]);
  expect(stdout).toBe("bob reads: hello\nalice knows: confirmed by broadcast\n");
});

test("it is 60 lines of code at most, and imports public doors alone", () => {
  const source = read("broadcast-transport.ts");
  const lines = source.split("\n").filter((line) => line.trim() !== "" && !/^\s*(\/\/|\/\*|\*)/.test(line));
  expect(lines.length).toBeLessThanOrEqual(60);
  expect([...source.matchAll(/from "(.+)"/g)].map(([, specifier]) => specifier).sort()).toEqual([
    "@swarm-space/core",
    "@swarm-space/core/medium",
    "zod",
  ]);
});

test("the guide shows the same lines, those in plain JavaScript too", () => {
  const guide = read("../../docs/writing-a-transport.md");
  expect(guide).toContain(`\`\`\`ts\n${read("broadcast-transport.ts")}\`\`\``);
  expect(guide).toContain(`\`\`\`js file=http-transport.js\n${read("plain/http-transport.js")}\`\`\``);
  expect(guide).toContain(`\`\`\`js file=conformance.test.js\n${read("plain/conformance.test.js")}\`\`\``);
  expect(guide).toContain(`: ${transportChecks.length} for a transport`);
});
