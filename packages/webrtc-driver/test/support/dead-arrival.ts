/**
 * A link whose other end closes as soon as it is open, while this process hears nothing: its channel is closed before it comes.
 * Then the engine is closed, and nothing keeps the process.
 */
import { fork } from "node:child_process";
import { Negotiation } from "../../src/index.ts";
import { clock, openLoopback } from "./ends.ts";

const engine = await openLoopback();
const peer = new (engine.wrtc("trickle").RTCPeerConnection)();

/** The other process. */
async function dial(): Promise<void> {
  const channel = peer.createDataChannel("frames");
  const negotiation = new Negotiation(peer, (signal) => process.send?.(signal));
  process.on("message", (signal) => void negotiation.receive(signal));
  channel.addEventListener("open", async () => {
    peer.close();
    await engine.close();
    process.disconnect();
  });
  await negotiation.offer();
}

function answer(): void {
  const child = fork(import.meta.filename, ["--dial"]);
  const negotiation = new Negotiation(peer, (signal) => void child.send(signal));
  let isDeaf = false;
  child.on("message", async (signal) => {
    await negotiation.receive(signal);
    // The offer's candidate is the last that is needed.
    if (isDeaf || Object(signal).type !== "candidate") return;
    isDeaf = true;
    setTimeout(() => {
      const until = clock.now() + 500;
      while (clock.now() < until);
    }, 30);
  });
  child.on("exit", async () => {
    await engine.close();
    process.send?.("closed");
    process.disconnect();
  });
}

if (process.argv.includes("--dial")) await dial();
else answer();
