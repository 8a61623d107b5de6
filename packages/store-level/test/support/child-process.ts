import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const sources = new URL("./sources.mjs", import.meta.url).href;
const child = fileURLToPath(new URL("./store-child.ts", import.meta.url));

export interface StoreChild {
  readonly process: ChildProcess;
  readonly lines: readonly string[];
  /** Resolves with the line that satisfies; rejects when the process ends before. */
  line(satisfies: (line: string, count: number) => boolean): Promise<string>;
  /** Resolves when the process is gone and all it said was read. */
  readonly ended: Promise<void>;
}

/** Runs a job of `store-child.ts`, inside `wrap` (a shell line that gets the command as its arguments) where given. */
export function storeChild(
  job: string,
  path: string,
  rest: readonly string[] = [],
  wrap: readonly string[] = [],
): StoreChild {
  const command = [process.execPath, "--no-warnings", "--import", sources, child, job, path, ...rest];
  const [program = "", ...args] = [...wrap, ...command];
  const started = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
  const lines: string[] = [];
  const listeners = new Set<() => void>();
  const reader = createInterface({ input: started.stdout });
  reader.on("line", (line) => {
    lines.push(line);
    for (const listener of listeners) listener();
  });
  const ended = new Promise<void>((resolve) => {
    reader.on("close", () =>
      (started.exitCode ?? started.signalCode) === null ? started.once("exit", () => resolve()) : resolve(),
    );
  });
  return {
    process: started,
    lines,
    ended,
    line: (satisfies) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = lines.find(satisfies);
          if (found === undefined) return;
          listeners.delete(look);
          resolve(found);
        };
        listeners.add(look);
        void ended.then(() => reject(new Error(`the process ended after: ${lines.slice(-5).join(", ")}`)));
        look();
      }),
  };
}
