import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { row } from "../../bench/report.mjs";
import { hubAddress } from "../lab-network.mjs";

const command = fileURLToPath(new URL("../../packages/cli/bin/swarm-space.mjs", import.meta.url));

/** coturn in the hub, as the documents start it, and credentials of `swarm-space infra turn-credentials`. */
export async function turnRows({ network, progress }) {
  const folder = await mkdtemp(join(tmpdir(), "swarm-turn-"));
  try {
    const secret = await secretFile(folder, "secret");
    const other = await secretFile(folder, "other");
    const words = ["-n", "-L", hubAddress, "-E", hubAddress, "-r", "lab", "--use-auth-secret", "--no-tls", "--no-dtls"];
    const files = ["--pidfile", join(folder, "pid"), "--log-file", "stdout", "--no-cli"];
    const server = network.start("R", [...words, ...files, "--static-auth-secret", secret.text], {
      program: "turnserver",
      stdio: ["ignore", "ignore", "ignore"],
    });
    const fresh = await credentials(network, secret.file, 60);
    const brief = await credentials(network, secret.file, 1);
    const foreign = await credentials(network, other.file, 60);
    progress("turn: fresh credentials");
    const taken = await untilTaken(network, fresh);
    progress("turn: credentials of another secret, and expired ones");
    await sleep(Math.max(0, expiryOf(brief) - Date.now()) + 1_000);
    const outcomes = {
      fresh: taken,
      foreign: await allocates(network, foreign),
      expired: await allocates(network, brief),
    };
    server.kill("SIGKILL");
    return [
      check("coturn takes fresh credentials", outcomes.fresh, true),
      check("coturn takes those of another secret", outcomes.foreign, false),
      check("coturn takes expired ones", outcomes.expired, false),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function check(name, value, wanted) {
  return row({
    name,
    values: [Number(value)],
    unit: "of 1",
    goal: String(Number(wanted)),
    holds: () => value === wanted,
  });
}

async function secretFile(folder, name) {
  const text = randomBytes(32).toString("hex");
  const file = join(folder, name);
  await writeFile(file, text);
  return { file, text };
}

async function credentials(network, file, ttl) {
  const words = [command, "infra", "turn-credentials", "--secret-file", file, "--ttl", String(ttl)];
  const child = network.start("R", words, { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part) => {
    text += part;
  });
  await once(child, "close");
  return JSON.parse(text);
}

/** Milliseconds since the Unix epoch. */
function expiryOf({ username }) {
  return Number(username.split(":")[0]) * 1_000;
}

/** The server needs a moment to listen. */
async function untilTaken(network, each) {
  for (let tries = 0; tries < 20; tries += 1) {
    if (await allocates(network, each)) return true;
    await sleep(250);
  }
  return false;
}

/** Whether a client behind the first NAT gets a relayed address with them. */
async function allocates(network, { username, credential }) {
  const words = ["-u", username, "-w", credential, "-n", "1", "-m", "1", "-c", "-y", hubAddress];
  const child = network.start("A", words, { program: "turnutils_uclient", stdio: ["ignore", "pipe", "ignore"] });
  let told = "";
  child.stdout.setEncoding("utf8").on("data", (part) => {
    told += part;
  });
  const [code] = await once(child, "close");
  return code === 0 && !/error/i.test(told);
}
