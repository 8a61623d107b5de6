import { resolve } from "node:path";
import type { Swarm } from "@swarm-space/core";
import { type ConfigOverlay, createSwarmFromFile, findConfigFile } from "@swarm-space/core/node";
import type { Stage } from "./stage.ts";

/** A node of a file; without a path, of the configuration file in the present folder. */
export async function openFromFile(
  stage: Stage,
  path: string | undefined,
  overlay: ConfigOverlay = {},
): Promise<Swarm> {
  const file = path === undefined ? await findConfigFile(stage.folder) : resolve(stage.folder, path);
  // The command brings first-party plugins along: a configuration works where nothing is installed beside it.
  return createSwarmFromFile(file, { overlay, also: [import.meta.url] });
}
