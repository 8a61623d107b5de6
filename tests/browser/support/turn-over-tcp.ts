import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Stage } from "./in-chromium.ts";

/** coturn on the loopback, which clients reach over TCP alone. */
export async function openTurnOverTcp(stage: Stage) {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), "swarm-turn-"));
  stage.onEnd(() => rm(folder, { recursive: true, force: true }));
  const where = ["-n", "-L", "127.0.0.1", "-E", "127.0.0.1", "-p", String(port), "--allow-loopback-peers"];
  const who = ["--lt-cred-mech", "--user", "page:of-a-test", "-r", "test"];
  const alone = ["--no-udp", "--no-tls", "--no-dtls", "--no-cli", "--log-file", "stdout"];
  const server = spawn("turnserver", [...where, ...who, ...alone, "--pidfile", join(folder, "pid")], {
    stdio: "ignore",
  });
  if (!(await isStarted(server))) throw new Error("There is no coturn: apt-get install coturn");
  stage.onEnd(async () => {
    server.kill("SIGKILL");
    await once(server, "exit");
  });
  await listens(port);
  return { urls: `turn:127.0.0.1:${port}?transport=tcp`, username: "page", credential: "of-a-test" };
}

async function isStarted(child: ChildProcess): Promise<boolean> {
  return once(child, "spawn").then(
    () => true,
    () => false,
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

async function listens(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const socket = connect(port, "127.0.0.1");
    try {
      await once(socket, "connect");
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    } finally {
      socket.destroy();
    }
  }
  throw new Error("coturn does not listen");
}
