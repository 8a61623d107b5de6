import { spawnSync } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { binFile } from "./command.ts";

let root = "";
let shim = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "swarm-shim-"));
  shim = join(root, "packages", "cli", "bin", "swarm-space.mjs");
  await put("package.json", JSON.stringify({ name: "swarm-space" }));
  await mkdir(dirname(shim), { recursive: true });
  await cp(binFile, shim);
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function put(path: string, text: string): Promise<string> {
  const file = join(root, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  return file;
}

function run(options: readonly string[] = []) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...options, shim, "a", "b"], { encoding: "utf8" });
  return { status, stdout, stderr };
}

const main = "console.log('ran', process.argv.slice(2).join(' '));";
/** Says that it is an older Node than it is. */
const pretendOld = [
  "--import",
  `data:text/javascript,Object.defineProperty(process,"versions",{value:{node:"20.1.0"}})`,
];

describe("the committed shim", () => {
  test("runs what is built", async () => {
    await put("packages/cli/dist/main.js", main);
    await put("packages/cli/dist/.tsbuildinfo", "{}");
    expect(run()).toEqual({ status: 0, stdout: "ran a b\n", stderr: "" });
  });

  test("builds what is not, with the workspace's own compiler, and tells so on stderr alone", async () => {
    const built = `require("fs").mkdirSync("packages/cli/dist"); require("fs").writeFileSync("packages/cli/dist/main.js", ${JSON.stringify(main)}); require("fs").writeFileSync("packages/cli/dist/.tsbuildinfo", process.argv[2]); console.log("compiled");`;
    await put("node_modules/typescript/bin/tsc", built);
    expect(run()).toEqual({ status: 0, stdout: "ran a b\n", stderr: "swarm-space: building, once …\ncompiled\n" });
    expect(run().stderr).toBe("");
  });

  test("does not take a build for done that has only begun", async () => {
    await put("packages/cli/dist/main.js", main);
    expect(run()).toMatchObject({ status: 1, stdout: "" });
  });

  test("without compiler, or where it fails, says how to build", async () => {
    expect(run()).toEqual({
      status: 1,
      stdout: "",
      stderr: "swarm-space is not built.\n  Build first: npm run build\n",
    });
    await put("node_modules/typescript/bin/tsc", "process.exitCode = 2;");
    expect(run()).toMatchObject({ status: 1, stderr: expect.stringContaining("Build first: npm run build") });
  });

  test("installed as a package, it needs no build information", async () => {
    await put("package.json", JSON.stringify({ name: "an-app" }));
    await put("packages/cli/dist/main.js", main);
    expect(run()).toMatchObject({ status: 0, stdout: "ran a b\n" });
  });

  test("on an old Node it takes the repository's own, passes words and exit code on, and says what it needs where there is none", async () => {
    await put("packages/cli/dist/main.js", main);
    expect(run(pretendOld)).toEqual({
      status: 1,
      stdout: "",
      stderr: "swarm-space needs Node 22 or newer; this is 20.1.0.\n  Update Node.\n",
    });
    const own = await put("node_modules/node/bin/node", '#!/bin/sh\necho "own node: $2 $3"\nexit 7\n');
    await chmod(own, 0o755);
    expect(run(pretendOld)).toEqual({ status: 7, stdout: "own node: a b\n", stderr: "" });
  });
});
