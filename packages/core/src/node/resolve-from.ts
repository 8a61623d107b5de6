import { stat } from "node:fs/promises";
import { createRequire, isBuiltin } from "node:module";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { ResolveModule } from "../assembly/load-plugin.ts";
import { SwarmError } from "../errors/index.ts";
import type { Clock } from "../ports/clock.ts";
import { systemClock } from "../system/system-clock.ts";
import { findPackageFile } from "./find-package-file.ts";
import { importModule } from "./import-module.ts";

export interface ResolveFromOptions {
  /** Folders or `file:` addresses (`import.meta.url`) from which a package is looked for next: those of an app that brings plugins along. */
  readonly also?: readonly string[];
  /** For the 30 s that a module may take. The system's own unless handed in. */
  readonly clock?: Clock;
}

/**
 * Imports packages and files as seen from `dir`, the configuration's folder; packages that are not found there as seen
 * from `also`, and last from core itself. Packages with only an "import" condition are found too.
 * The promise rejects with SwarmError `PLUGIN_NOT_FOUND` where there is nothing; else with what the module itself threw, or an Error where it is not done within 30 s.
 */
export function resolveFrom(dir: string, o: ResolveFromOptions = {}): ResolveModule {
  const { clock = systemClock() } = o;
  const places = [resolve(dir), ...(o.also ?? []).map(toFolder), toFolder(import.meta.url)];
  return async (specifier) => {
    const file = isPath(specifier) ? await findFile(specifier, resolve(dir)) : await findPackage(specifier, places);
    if (file === undefined) {
      throw new SwarmError("PLUGIN_NOT_FOUND", `${JSON.stringify(specifier)} was not found from ${resolve(dir)}.`, {
        detail: { specifier, dir },
        // Who is told to install it would get whatever stands under the name.
        ...(isBuiltin(specifier) ? { cure: "name a plugin: this is one of Node's own modules" } : {}),
      });
    }
    return await importModule(file, clock);
  };
}

function toFolder(place: string): string {
  return place.startsWith("file:") ? dirname(fileURLToPath(place)) : resolve(place);
}

function isPath(specifier: string): boolean {
  return /^\.\.?[/\\]|^file:/.test(specifier) || isAbsolute(specifier);
}

async function findFile(specifier: string, dir: string): Promise<string | undefined> {
  const file = specifier.startsWith("file:") ? toPath(specifier) : resolve(dir, specifier);
  return file !== undefined && (await isFile(file)) ? file : undefined;
}

function toPath(address: string): string | undefined {
  try {
    return fileURLToPath(address);
  } catch {
    return undefined; // an address that names no file
  }
}

async function findPackage(specifier: string, places: readonly string[]): Promise<string | undefined> {
  if (!/^(@[\w.~-]+\/)?[\w.~-]+(\/[\w./~-]+)?$/.test(specifier)) return undefined; // node:, data:, http: and the like are no packages
  for (const place of places) {
    for (const file of [await findPackageFile(specifier, place), requireResolve(specifier, place)]) {
      if (file !== undefined && isAbsolute(file) && (await isFile(file))) return file;
    }
  }
  return undefined;
}

/** Node's own way, which also knows package stores that are no folders. It sees the "require" condition alone. */
function requireResolve(specifier: string, place: string): string | undefined {
  try {
    return createRequire(join(place, "any.js")).resolve(specifier);
  } catch {
    return undefined; // not found this way
  }
}

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
