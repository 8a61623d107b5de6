import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageFolders, root } from "../scripts/first-party.mjs";

/** Packs every package as it would be published, into `folder`. They must be built. */
export async function packAll(folder) {
  const folders = await packageFolders();
  const words = folders.flatMap((name) => ["-w", `packages/${name}`]);
  const out = execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder, ...words], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  const all = JSON.parse(out);
  const entries = Array.isArray(all) ? all : Object.values(all);
  return folders.map((name) => {
    const manifest = JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8"));
    const entry = entries.find((each) => each.name === manifest.name);
    if (entry === undefined) throw new Error(`npm packed no ${manifest.name}`);
    return { folder: name, manifest, file: join(folder, basenameOf(entry.filename)), bytes: entry.size };
  });
}

/** Some versions of npm print the scope's name with its slash. */
function basenameOf(filename) {
  return filename.replace(/^@/, "").replace("/", "-");
}
