import { readFile, stat } from "node:fs/promises";
import { dirname, extname, resolve } from "node:path";
import { features, versions } from "node:process";
import { pathToFileURL } from "node:url";
import { describeError, SwarmError } from "../errors/index.ts";
import { parseJsonConfig } from "./parse-json-config.ts";

export interface LoadedConfig {
  /** As written, unchecked: for `resolveConfig`. */
  readonly raw: unknown;
  /** The file's folder, absolute: what its paths and packages are seen from. */
  readonly dir: string;
}

const largestBytes = 4 * 1024 * 1024;

/**
 * Reads `.json` (comments and trailing commas welcome), or imports the default export of `.ts`, `.js` or `.mjs`.
 * @throws SwarmError `CONFIG_NOT_FOUND`; `CONFIG_UNREADABLE` with line and column where the syntax is wrong
 */
export async function loadConfigFile(path: string): Promise<LoadedConfig> {
  const file = resolve(path);
  await checkFile(file);
  const dir = dirname(file);
  switch (extname(file).toLowerCase()) {
    case ".json":
    case ".jsonc":
      return { raw: parseJsonConfig(await readText(file), file), dir };
    case ".ts":
    case ".mts":
      checkTypeScript(file);
      return { raw: await importDefault(file), dir };
    case ".js":
    case ".mjs":
      return { raw: await importDefault(file), dir };
    default:
      throw new SwarmError("CONFIG_UNREADABLE", `${file} is no .json, .ts, .js or .mjs file.`, {
        detail: { file },
        cure: "Rename it.",
      });
  }
}

async function checkFile(file: string): Promise<void> {
  const found = await stat(file).catch((cause: unknown) => {
    throw new SwarmError("CONFIG_NOT_FOUND", `${file} is not there.`, { detail: { file }, cause });
  });
  if (!found.isFile()) throw new SwarmError("CONFIG_NOT_FOUND", `${file} is no file.`, { detail: { file } });
  if (found.size > largestBytes) {
    throw new SwarmError("CONFIG_UNREADABLE", `${file} is larger than ${largestBytes} bytes.`, {
      detail: { file, bytes: found.size },
      cure: "Make it smaller.",
    });
  }
}

async function readText(file: string): Promise<string> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new SwarmError("CONFIG_UNREADABLE", `${file} could not be read: ${describeError(cause)}`, {
      detail: { file },
      cause,
      cure: "See its permissions.",
    });
  });
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // In a lax reading a name of the network would become another.
    throw new SwarmError("CONFIG_UNREADABLE", `${file} is not text in UTF-8.`, {
      detail: { file },
      cure: "Save it in UTF-8; some editors, and `>` of an old PowerShell, write UTF-16.",
    });
  }
}

/** Node strips types by itself from 22.18 on. */
function checkTypeScript(file: string): void {
  if (features.typescript) return;
  throw new SwarmError(
    "CONFIG_UNREADABLE",
    `${file} is TypeScript, which Node ${versions.node} does not run by itself.`,
    {
      detail: { file, node: versions.node },
      cure: "Use Node 22.18 or newer, or write the configuration as .json or .js.",
    },
  );
}

async function importDefault(file: string): Promise<unknown> {
  let module: unknown;
  try {
    module = await import(pathToFileURL(file).href);
  } catch (cause) {
    throw new SwarmError("CONFIG_UNREADABLE", `${file} could not be loaded: ${describeError(cause)}`, {
      detail: { file },
      cause,
      cure: "See the cause.",
    });
  }
  if (typeof module === "object" && module !== null && "default" in module) return module.default;
  throw new SwarmError("CONFIG_UNREADABLE", `${file} has no default export.`, {
    detail: { file },
    cure: "Write `export default defineConfig({ … })`.",
  });
}
