import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { firstLine } from "../../lab/lab-network.mjs";

/** `swarm-space infra` with a relay and a tracker, in a process of its own. */
export interface InfraProcess {
  readonly relay: string;
  readonly tracker: string;
  /** It is gone, with no word to anybody, when this resolves. Twice is harmless. */
  kill(): Promise<void>;
}

const command = fileURLToPath(new URL("../../packages/cli/bin/swarm-space.mjs", import.meta.url));

export async function spawnInfra(): Promise<InfraProcess> {
  const without = ["peer-server", "stun", "dht", "health"].map((service) => `--no-${service}`);
  const words = [command, "infra", "--port", "0", ...without, "--json", "--until-eof"];
  const child = spawn(process.execPath, words, { stdio: ["pipe", "pipe", "inherit"] });
  const gone = once(child, "exit");
  const ready = await firstLine(child, (line) => {
    const told = JSON.parse(line);
    return told.event === "relay:ready" ? told : undefined;
  });
  return {
    relay: ready.url,
    tracker: ready.tracker.url,
    kill: async () => {
      child.kill("SIGKILL");
      await gone;
    },
  };
}
