import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { House, Manifest } from "./house.ts";
import { parseSource } from "./source.ts";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** Paths of all files that belong to the repository: tracked, or new and not ignored. */
export function listFiles(): readonly string[] {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  return [...new Set(listed.split("\0"))].filter((path) => path !== "" && existsSync(join(root, path))).sort();
}

export function readText(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** The whole repository as the laws see it. What a generator wrote is judged by its generator. */
export function readHouse(): House {
  const files = listFiles();
  const manifests = new Map<string, Manifest>();
  for (const path of files) {
    const folder = /^packages\/([^/]+)\/package\.json$/.exec(path)?.[1];
    if (folder) manifests.set(folder, JSON.parse(readText(path)));
  }
  const tsconfig: { references: { path: string }[] } = JSON.parse(readText("tsconfig.json"));
  return {
    sources: files.filter(isJudged).map((path) => parseSource(path, readText(path))),
    manifests,
    rootManifest: JSON.parse(readText("package.json")),
    references: tsconfig.references.map(({ path }) => path.replace(/^packages\//, "")),
  };
}

function isJudged(path: string): boolean {
  return /\.(ts|tsx|mts|mjs|js)$/.test(path) && !path.includes("/generated/");
}
