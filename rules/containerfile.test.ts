import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { join, matchesGlob } from "node:path";
import { describe, expect, test } from "vitest";
import { runHere } from "../packages/cli/test/run-here.ts";
import { type ContainerPlace, containerFaults, instructionsOf } from "./house/containerfile.ts";
import { readText, root } from "./house/repository.ts";

const text = readText("Containerfile");
const ignored = readText(".dockerignore").split("\n").filter(Boolean);
const locked: readonly { readonly bin?: Readonly<Record<string, string>> }[] = Object.values(
  JSON.parse(readText("package-lock.json")).packages,
);
const isIgnored = (path: string) => ignored.some((glob) => matchesGlob(path, glob) || matchesGlob(path, `${glob}/**`));
const place: ContainerPlace = {
  has: (path) => existsSync(join(root, path)) && !isIgnored(path),
  // Those of `node:24-slim` that are used: Debian's coreutils, Node and npm.
  programs: new Set(["node", "npm", "npx", "mkdir", "chown"]),
  commands: new Set(locked.flatMap(({ bin = {} }) => Object.keys(bin))),
};
const restOf = (word: string) => instructionsOf(text).find((each) => each.word === word)?.rest ?? "";
const listIn = (rest: string): readonly string[] => JSON.parse(rest.slice(rest.indexOf("[")));

describe("the Containerfile", () => {
  test("copies what is there, and runs what is there", () => expect(containerFaults(text, place)).toEqual([]));

  test("runs on a Node that the command takes, and tells the ports that the command listens on", async () => {
    const oldest = Number(/\d+/.exec(JSON.parse(readText("packages/cli/package.json")).engines.node)?.[0]);
    for (const { word, rest } of instructionsOf(text))
      if (word === "FROM") expect(Number(/^node:(\d+)/.exec(rest)?.[1])).toBeGreaterThanOrEqual(oldest);
    const [, , ...entry] = listIn(restOf("ENTRYPOINT"));
    const { out, exitCode } = await runHere([...entry, "--help"]);
    expect(exitCode).toBe(0);
    const ports = [...out.matchAll(/default: (\d{4})\b/g)].map(([, port]) => port);
    const exposed = restOf("EXPOSE")
      .split(/\s+/)
      .map((each) => each.split("/")[0]);
    expect(exposed.sort()).toEqual([...new Set(ports)].sort());
    for (const option of entry.filter((each) => each.startsWith("--"))) expect(out).toContain(`${option} <`);
    expect(restOf("HEALTHCHECK")).toContain("127.0.0.1:8766/health");
  });

  test.each([
    [200, 0],
    [503, 1],
  ])("its check of health: a page that answers %i ends it with %i", async (status, code) => {
    await using server = createServer((_request, response) => response.writeHead(status).end());
    const port = await new Promise<number>((resolve) => {
      server.listen(0, "127.0.0.1", () => resolve(Object(server.address()).port));
    });
    const [, ...check] = listIn(restOf("HEALTHCHECK")).map((part) => part.replace(":8766", `:${port}`));
    const ended = await new Promise((resolve) => {
      execFile(process.execPath, check, (error) => resolve(error?.code ?? 0));
    });
    expect(ended).toBe(code);
  });
});

test.each([
  ["COPY nothing.json ./", "COPY: the context has no nothing.json"],
  ["COPY packages/cli/dist ./", "COPY: the context has no packages/cli/dist"],
  ["COPY --from=build /app /app", "COPY: no stage build before it"],
  ["RUN npm ci && curl x", "the image has no curl"],
  ["RUN npx tcs -b", "no package brings tcs"],
  ['ENTRYPOINT ["node", "packages/cli/bin/gone.mjs", "infra"]', "there is no packages/cli/bin/gone.mjs infra"],
  ["RUM npm ci", "RUM: no instruction"],
])("planted fault: %s", (line, fault) => expect(containerFaults(line, place)).toEqual([fault]));
