import { resolve } from "node:path";
import { SwarmError } from "@swarm-space/core";
import { resolveConfig } from "@swarm-space/core/config";
import { installedPlugins, loadConfigFile, resolveFrom } from "@swarm-space/core/node";
import { exitCodes } from "./exit-codes.ts";
import type { Stage } from "./stage.ts";

export interface ConfigCheckOptions {
  readonly json?: boolean;
}

/** `swarm-space config check FILE`: all that is wrong with a configuration, or the plugins it makes a node of. */
export async function checkConfig(stage: Stage, path: string, o: ConfigCheckOptions): Promise<number> {
  try {
    const { raw, dir } = await loadConfigFile(resolve(stage.folder, path));
    const resolveModule = resolveFrom(dir, { also: [import.meta.url] });
    const config = await resolveConfig(raw, resolveModule, { known: await installedPlugins(dir) });
    const ids = config.plugins.map(({ plugin }) => plugin.id);
    const count = ids.length === 1 ? "1 plugin" : `${ids.length} plugins`;
    if (o.json) stage.say(JSON.stringify({ ok: true, network: config.network, plugins: ids }));
    else stage.say(`ok: ${count}${ids.length > 0 ? `: ${ids.join(", ")}` : ""}`);
    return exitCodes.done;
  } catch (error) {
    if (!o.json || !SwarmError.is(error)) throw error;
    const { code, message, cure, detail } = error;
    stage.say(JSON.stringify({ ok: false, code, message, cure, problems: detail["problems"] ?? [] }));
    return exitCodes.failed;
  }
}
