import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { hubAddress } from "../lab-network.mjs";

const command = fileURLToPath(new URL("../../packages/cli/bin/swarm-space.mjs", import.meta.url));
/** Beside `swarm-space infra`, which has STUN's usual one. */
const port = 3_479;

/**
 * coturn in the hub, as the documents start it. Resolves when it takes credentials; disposing it ends it.
 * `iceServer(o)` is what `swarm-space infra turn-credentials` makes for it.
 */
export async function startTurn(network) {
  const folder = await mkdtemp(join(tmpdir(), "swarm-turn-"));
  const secret = await writeSecret(folder, "secret");
  const words = ["-n", "-L", hubAddress, "-E", hubAddress, "-p", String(port), "-r", "lab", "--use-auth-secret"];
  const more = ["--static-auth-secret", secret.text, "--no-tls", "--no-dtls", "--no-cli", "--log-file", "stdout"];
  const server = network.start("R", [...words, ...more, "--pidfile", join(folder, "pid")], {
    program: "turnserver",
    stdio: ["ignore", "ignore", "ignore"],
  });
  const gone = once(server, "exit");
  const turn = {
    iceServer: ({ ttl = 3_600, file = secret.file } = {}) => makeIceServer(network, file, ttl),
    /** Credentials of a secret that is not the server's. */
    foreign: async () => makeIceServer(network, (await writeSecret(folder, "foreign")).file, 3_600),
    [Symbol.asyncDispose]: async () => {
      server.kill("SIGKILL");
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
  const known = await turn.iceServer();
  for (let tries = 0; !(await allocates(network, "R", known)); tries += 1) {
    if (tries === 20) {
      await turn[Symbol.asyncDispose]();
      throw new Error("coturn takes no credentials");
    }
    await sleep(250);
  }
  return turn;
}

/** Whether a client at that place gets a relayed address, and a packet through it, with these. */
export async function allocates(network, place, { username, credential }) {
  const words = ["-u", username, "-w", credential, "-p", String(port), "-n", "1", "-m", "1", "-c", "-y", hubAddress];
  const child = network.start(place, words, { program: "turnutils_uclient", stdio: ["ignore", "pipe", "ignore"] });
  const [told, [code]] = await Promise.all([outputOf(child), once(child, "close")]);
  return code === 0 && !/error/i.test(told);
}

async function writeSecret(folder, name) {
  const text = randomBytes(32).toString("hex");
  const file = join(folder, name);
  await writeFile(file, text);
  return { file, text };
}

async function makeIceServer(network, file, ttl) {
  const words = ["infra", "turn-credentials", "--secret-file", file, "--ttl", String(ttl)];
  const url = ["--url", `turn:${hubAddress}:${port}`];
  const child = network.start("R", [command, ...words, ...url], { stdio: ["ignore", "pipe", "inherit"] });
  return JSON.parse(await outputOf(child));
}

async function outputOf(child) {
  let text = "";
  for await (const part of child.stdout.setEncoding("utf8")) text += part;
  return text;
}
