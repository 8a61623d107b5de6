/** The process that soaks: `run.mjs` starts it, with its options as JSON and V8 set up. */
import process from "node:process";
import { report } from "../bench/report.mjs";
import { soak } from "./soak.mjs";

const { minutes, rate, leak, json } = JSON.parse(process.argv[2] ?? "{}");
const rows = await soak({ minutes, rate, leak, progress: (text) => console.error(`soak: ${text}`) });
report(rows, { json, title: `Soak, ${minutes} minutes` });
