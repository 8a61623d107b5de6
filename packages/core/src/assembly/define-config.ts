import type { SwarmConfig } from "./parse-config.ts";

/** Gives a configuration back as it is: for `swarm.config.ts`, where a wrong key is then a compile error. */
export function defineConfig(config: SwarmConfig): SwarmConfig {
  return config;
}
