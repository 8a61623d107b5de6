import process from "node:process";
import { processStage } from "./process-stage.ts";
import { runCli } from "./run-cli.ts";

process.exitCode = await runCli(process.argv.slice(2), processStage());
