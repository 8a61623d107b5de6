import type { Plugin } from "../ports/plugin.ts";
import { cleanText } from "../status/logger-redaction.ts";
import { type ConfigPath, type ConfigProblem, describeFound, formatPath } from "./config-problem.ts";
import { isPlugin, pluginApi } from "./define-plugin.ts";

export type Loaded = { readonly plugin: Plugin } | { readonly problem: ConfigProblem };

/** Brand → shape → api, for what claims to be a plugin. */
export function checkPlugin(
  value: unknown,
  at: ConfigPath,
  expected: string,
  found = describeFound(value, at),
): Loaded {
  const path = formatPath(at);
  if (!isPlugin(value) || !hasShape(value)) return { problem: { path, code: "PLUGIN_INVALID", expected, found } };
  if (value.api === pluginApi) return { plugin: value };
  return {
    problem: {
      path,
      code: "PLUGIN_API_MISMATCH",
      expected: `a plugin of api ${pluginApi}`,
      found: `${JSON.stringify(cleanText(value.id, 60))} of api ${cleanText(String(value.api), 20)}`,
      cure: "install a version of the plugin for this kernel",
    },
  };
}

/** The brand can be borne by anything; what the kernel is about to touch is looked at. */
function hasShape(plugin: Plugin): boolean {
  const { id, config, setup, provides, requires, wants }: Readonly<Record<keyof Plugin, unknown>> = {
    startTimeoutMs: 0,
    stopTimeoutMs: 0,
    ...plugin,
  };
  const parses =
    typeof config === "object" && config !== null && "safeParse" in config && typeof config.safeParse === "function";
  return (
    typeof id === "string" &&
    id !== "" &&
    parses &&
    typeof setup === "function" &&
    [provides, requires, wants].every(isPortList)
  );
}

function isPortList(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every(
      (port: unknown) => typeof port === "object" && port !== null && "key" in port && typeof port.key === "symbol",
    )
  );
}
