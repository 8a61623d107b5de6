import { codeOf, describeError } from "../errors/index.ts";
import { cleanText } from "../status/logger-redaction.ts";
import { checkPlugin, type Loaded } from "./check-plugin.ts";
import { type ConfigPath, type ConfigProblem, formatPath } from "./config-problem.ts";
import { isPlugin } from "./define-plugin.ts";
import { nearest } from "./nearest.ts";

/**
 * Gives the module that a specifier names. Rejects with SwarmError `PLUGIN_NOT_FOUND` where there is none;
 * any other rejection says that the module is there and cannot be loaded.
 */
export type ResolveModule = (specifier: string) => Promise<unknown>;

/** Load → brand → shape → api. Never throws. `at` is where the plugin was asked for. */
export async function loadPlugin(
  specifier: string,
  resolve: ResolveModule,
  known: readonly string[],
  at: ConfigPath,
): Promise<Loaded> {
  let module: unknown;
  try {
    module = await resolve(specifier);
  } catch (error) {
    if (isMissing(error, specifier)) return { problem: missing(specifier, known, at) };
    const peer = missingPeer(error);
    return { problem: peer === undefined ? unloadable(specifier, error, at) : withoutPeer(specifier, peer, at) };
  }
  return checkPlugin(
    pluginOf(module),
    at,
    "a module whose default export was made by definePlugin",
    `${JSON.stringify(cleanText(specifier, 60))}, which is none`,
  );
}

/** The default export, also of a CommonJS module that was wrapped on import. */
function pluginOf(module: unknown): unknown {
  for (let at = module, depth = 0; depth < 3; depth += 1) {
    if (isPlugin(at)) return at;
    if (typeof at !== "object" || at === null || !("default" in at)) break;
    at = at.default;
  }
  return undefined;
}

function isMissing(error: unknown, specifier: string): boolean {
  const code = codeOf(error, error instanceof Error && "code" in error ? String(error.code) : "");
  if (code === "PLUGIN_NOT_FOUND") return true;
  return /^(ERR_)?MODULE_NOT_FOUND$/.test(code) && describeError(error).includes(`'${specifier}'`);
}

function missing(specifier: string, known: readonly string[], at: ConfigPath): ConfigProblem {
  const meant = nearest(specifier, known);
  const isFile = /^([./]|file:)/.test(specifier);
  // Who misspelt a name must not be led to install what is squatting under it.
  const misspelt = meant !== undefined && !isFile ? `write ${meant}, unless the other is really meant` : undefined;
  const cure = isFile ? "correct the path" : (misspelt ?? installHint(specifier));
  return {
    path: formatPath(at),
    code: "PLUGIN_NOT_FOUND",
    expected: isFile ? "a module that is there" : "an installed package",
    found: `${JSON.stringify(cleanText(specifier, 60))}, which is not ${isFile ? "there" : "installed"}`,
    ...(meant === undefined ? {} : { nearest: meant }),
    ...(cure === undefined ? {} : { cure }),
  };
}

/** The package that a module imports and that is not installed beside it. */
function missingPeer(error: unknown): string | undefined {
  if (!(error instanceof Error && "code" in error)) return undefined;
  if (error.code === "ERR_MODULE_NOT_FOUND") return /^Cannot find package '([^']+)'/.exec(error.message)?.[1];
  // By `require`; a file of its own is no peer.
  return error.code === "MODULE_NOT_FOUND" ? /^Cannot find module '([^'./][^']*)'/.exec(error.message)?.[1] : undefined;
}

function withoutPeer(specifier: string, peer: string, at: ConfigPath): ConfigProblem {
  const cure = installHint(peer);
  return {
    path: formatPath(at),
    code: "PLUGIN_PEER_MISSING",
    expected: "a plugin whose peers are installed beside it",
    found: `${JSON.stringify(cleanText(specifier, 60))}, which needs ${JSON.stringify(cleanText(peer, 60))}`,
    ...(cure === undefined ? {} : { cure }),
  };
}

/** Only a valid npm name goes into a command that somebody may paste into a shell. */
function installHint(specifier: string): string | undefined {
  const name = /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*(?=\/|$)/.exec(specifier)?.[0];
  return name === undefined || name.length > 214 ? undefined : `npm install ${name}`;
}

function unloadable(specifier: string, error: unknown, at: ConfigPath): ConfigProblem {
  return {
    path: formatPath(at),
    code: "PLUGIN_INVALID",
    expected: "a module that can be loaded",
    found: `${JSON.stringify(cleanText(specifier, 60))}, which failed: ${cleanText(describeError(error), 160)}`,
  };
}
