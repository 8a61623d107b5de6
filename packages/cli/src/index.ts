/**
 * The `swarm-space` command as a function, for those who bring their own process or test.
 *
 * ```ts
 * import { processStage, runCli } from "@swarm-space/cli";
 *
 * const exitCode = await runCli(["config", "check", "swarm.config.json"], processStage());
 * ```
 */
export { errorTable } from "./error-table.ts";
export { exitCodes } from "./exit-codes.ts";
export { processStage } from "./process-stage.ts";
export { runCli } from "./run-cli.ts";
export type { Stage } from "./stage.ts";
