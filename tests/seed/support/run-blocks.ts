import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { SeedHeading } from "./read-seed.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const cache = join(root, ".swarm-space");

/** A block of the seed as a module: what stands around it hands in the swarm, and hands out what it made. */
interface Frame {
  readonly title: string;
  readonly before: string;
  readonly after: string;
  /** The one call that is given the swarm. */
  readonly handIn?: readonly [from: string, to: string];
}

const imports = `import {
  type BlockchainSync, getConnectionResilience, type HybridOrchestrator, type ResilienceConfig, type TransportPriority,
} from "@swarm-space/hybrid";
`;

/** `run` of each: its argument is what the seed's text takes for given. */
const frames: readonly Frame[] = [
  {
    title: "### Adjust Transport Priorities",
    before: "class Orchestrator {",
    after:
      "  get reliability() { return Object.fromEntries(this.transportReliability); }\n}\nexport const run = () => new Orchestrator().reliability;",
  },
  {
    title: "### Configure Circuit Breakers",
    before: "export function run() {",
    after: "return config;\n}",
  },
  {
    title: "### Transport Health",
    before: "export function run(orchestrator: HybridOrchestrator) {",
    after: "return status;\n}",
  },
  {
    title: "### Circuit Breaker Stats",
    before: "export function run(orchestrator: HybridOrchestrator) {",
    after: "return stats;\n}",
    handIn: ["getConnectionResilience()", "getConnectionResilience(orchestrator)"],
  },
  {
    title: "### Blockchain Sync Status",
    before: "export function run(blockchainSync: BlockchainSync) {",
    after: "return syncStats;\n}",
  },
];

export interface CompiledBlocks {
  /** What the compiler said; empty: it is content. */
  readonly complaints: string;
  /** The block under a heading, run. */
  run(title: string, given?: unknown): Promise<unknown>;
  remove(): Promise<void>;
}

/** Writes each block as a module of a user of the preset, and compiles them all. */
export async function compileBlocks(seed: readonly SeedHeading[]): Promise<CompiledBlocks> {
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, "seed-"));
  const files: string[] = [];
  for (const { title, blocks } of seed) {
    for (const block of blocks) {
      const frame = frames.find((each) => each.title === title);
      if (frame === undefined) throw new Error(`nobody says how to run the block under ${title}`);
      const { before, after, handIn } = frame;
      const text = handIn === undefined ? block : block.replace(...handIn);
      files.push(fileOf(title));
      await writeFile(join(folder, fileOf(title)), `${imports}${before}\n${text}\n${after}\n`);
    }
  }
  await writeFile(
    join(folder, "tsconfig.json"),
    // Against the packages' built declarations, as a user's are.
    JSON.stringify({ extends: "../../tsconfig.test.json", compilerOptions: { paths: {} }, include: [], files }),
  );
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  const complaints = await promisify(execFile)(process.execPath, [compiler, "-p", folder, "--pretty", "false"]).then(
    () => "",
    (error: { readonly stdout?: string; readonly message: string }) => error.stdout ?? error.message,
  );
  return {
    complaints,
    run: async (title, given) => (await import(join(folder, fileOf(title)))).run(given),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

const fileOf = (title: string) => `${title.replace(/\W+/g, "-").toLowerCase()}.ts`;
