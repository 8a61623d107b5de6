import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const guide = new URL("../../docs/writing-a-transport.md", import.meta.url);
const cache = fileURLToPath(new URL("../../.swarm-space/", import.meta.url));

/** The first TypeScript block under a heading of the guide, imported as it stands there. */
export async function guideModule(heading: string): Promise<Readonly<Record<string, unknown>>> {
  const text = readFileSync(guide, "utf8");
  const section = text.split(/^## /m).find((each) => each.startsWith(`${heading}\n`));
  const block = /^```ts\n([\s\S]*?)^```$/m.exec(section ?? "")?.[1];
  if (block === undefined) throw new Error(`the guide has no block under ${heading}`);
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, "guide-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, "block.ts");
  await writeFile(file, block);
  return import(file);
}
