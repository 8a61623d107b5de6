import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const fixture = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** A relay in another process. */
export interface RelayProcess {
  readonly child: ChildProcess;
  readonly port: number;
  readonly url: string;
  kill(): Promise<void>;
}

/** Runs our relay in a process of its own. */
export function startRelayProcess(port = 0): Promise<RelayProcess> {
  return start(
    ["--import", fixture("./fixtures/sources.mjs"), fixture("./fixtures/relay-process.ts"), String(port)],
    () => undefined,
  );
}

/** Runs an unmodified Gun server in a process of its own; a bare one stores nothing. */
export function startStockRelay(kind: "plain" | "axe" | "bare" = "plain"): Promise<RelayProcess> {
  const folder = mkdtempSync(join(tmpdir(), "stock-gun-"));
  return start([fixture("../../gun-driver/test/fixtures/stock-relay.cjs"), folder, kind], () =>
    rmSync(folder, { recursive: true, force: true }),
  );
}

async function start(args: readonly string[], cleanUp: () => void): Promise<RelayProcess> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", ...args], {
    stdio: ["ignore", "pipe", "inherit"],
    cwd: tmpdir(),
  });
  const [line] = await once(child.stdout, "data");
  const port = Number(String(line).trim());
  return {
    child,
    port,
    url: `ws://127.0.0.1:${port}/gun`,
    kill: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGKILL");
        await once(child, "exit");
      }
      cleanUp();
    },
  };
}
