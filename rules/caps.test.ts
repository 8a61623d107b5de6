import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { caps as chainCaps } from "../packages/chain-sync/src/caps.ts";
import { caps as cliCaps } from "../packages/cli/src/caps.ts";
import { caps as coreCaps } from "../packages/core/src/door/caps.ts";
import { keptContainers } from "../packages/core/test/door/kept-containers.ts";
import { caps as discoveryCaps } from "../packages/discovery/src/caps.ts";
import { caps as driverCaps } from "../packages/gun-driver/src/caps.ts";
import { caps as hybridCaps } from "../packages/hybrid/src/caps.ts";
import { caps as resilienceCaps } from "../packages/resilience/src/caps.ts";
import { caps as idbCaps } from "../packages/store-idb/src/caps.ts";
import { caps as levelCaps } from "../packages/store-level/src/caps.ts";
import { caps as gunCaps } from "../packages/transport-gun/src/caps.ts";
import { caps as integratedCaps } from "../packages/transport-integrated/src/caps.ts";
import { caps as peerjsCaps } from "../packages/transport-peerjs/src/caps.ts";
import { caps as webrtcCaps } from "../packages/webrtc-driver/src/caps.ts";
import { caps as webtorrentCaps } from "../packages/webtorrent-driver/src/caps.ts";
import { readHouse } from "./house/repository.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const sourceOf = (folder: string) => `${root}/packages/${folder}/src`;
const registry = Object.entries({
  "chain-sync": chainCaps,
  cli: cliCaps,
  core: coreCaps,
  discovery: discoveryCaps,
  "gun-driver": driverCaps,
  hybrid: hybridCaps,
  resilience: resilienceCaps,
  "store-idb": idbCaps,
  "store-level": levelCaps,
  "transport-gun": gunCaps,
  "transport-integrated": integratedCaps,
  "transport-peerjs": peerjsCaps,
  "webrtc-driver": webrtcCaps,
  "webtorrent-driver": webtorrentCaps,
});
const nameOf = ({ file, name }: { readonly file: string; readonly name: string }) => `${file} ${name}`;

test("every package that ships has a registry of caps; the testkit runs in tests alone", () => {
  const folders = new Set(readHouse().sources.flatMap(({ path }) => /^packages\/([^/]+)\/src\//.exec(path)?.[1] ?? []));
  folders.delete("testkit");
  expect(registry.map(([folder]) => folder)).toEqual([...folders].sort());
});

describe.each(registry)("%s", (folder, caps) => {
  const source = sourceOf(folder);

  test("lists every container that is kept, and none that is not there", () => {
    expect(existsSync(source)).toBe(true);
    expect(caps.map(nameOf).sort()).toEqual(keptContainers(source).map(nameOf).sort());
  });

  test("says what is held, how much at most, and what goes when it is full", () => {
    for (const { file, holds, most, eviction, constant } of caps) {
      expect(holds.length * eviction.length).toBeGreaterThan(0);
      expect(typeof most === "string" ? most.length : most).toBeGreaterThan(0);
      if (constant === undefined) continue;
      const text = readFileSync(`${source}/${file}`, "utf8");
      const value = new RegExp(`const ${constant} = ([\\d_]+);`).exec(text)?.[1];
      expect(`${file} ${constant} ${value?.replaceAll("_", "")}`).toBe(`${file} ${constant} ${most}`);
    }
  });
});
