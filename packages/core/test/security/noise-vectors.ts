import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { type NoiseVector, vector } from "./noise-play.ts";

/** Made with noise-c.wasm. */
export function goldenVector(): NoiseVector {
  return vector.parse(JSON.parse(readFileSync(new URL("./golden/noise-xx.json", import.meta.url), "utf8")));
}

/** Those in a folder's JSON files, by name. The folder is relative to the repository. */
export function publishedVectors(folder: string): readonly (readonly [string, NoiseVector])[] {
  const root = new URL("../../../../", import.meta.url);
  const path = new URL(`${folder.replace(/\/$/, "")}/`, folder.startsWith("/") ? "file:///" : root);
  const files = readdirSync(fileURLToPath(path)).filter((file) => file.endsWith(".json"));
  return files.flatMap((file) => {
    const named = z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(new URL(file, path), "utf8")));
    return Object.entries(named).map(([name, value]) => [`${file} ${name}`, vector.parse(value)] as const);
  });
}
