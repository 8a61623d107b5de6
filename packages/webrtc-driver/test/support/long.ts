/**
 * The long form of the driver's tests: `npx node packages/webrtc-driver/test/support/long.ts [--json]`.
 * 50 links by each way of signalling, and the time until a killed process is missed.
 */
import { fork } from "node:child_process";
import { Negotiation, type Signalling } from "../../src/index.ts";
import { openPair } from "../../src/pair/index.ts";
import { clock, connectionOf, openLoopback } from "./ends.ts";

interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly goal: string;
  readonly holds: boolean;
}

const engine = await openLoopback();

async function connects(way: Signalling): Promise<readonly Row[]> {
  const times: number[] = [];
  for (let round = 0; round < 50; round += 1) {
    const started = clock.now();
    const ends = await openPair(engine.wrtc(way));
    times.push(clock.now() - started);
    for (const { peer } of ends) peer.close();
  }
  times.sort((one, other) => one - other);
  const worst = times.at(-1) ?? 0;
  return [
    { name: `connect ${way} median`, value: times[25] ?? 0, unit: "ms", goal: "", holds: true },
    { name: `connect ${way} worst of 50`, value: worst, unit: "ms", goal: "<= 3000", holds: worst <= 3_000 },
  ];
}

/** The other process: answers, and reads. */
function answer(): void {
  const peer = new (engine.wrtc("trickle").RTCPeerConnection)();
  const negotiation = new Negotiation(peer, (signal) => process.send?.(signal));
  process.on("message", (signal) => void negotiation.receive(signal));
  peer.addEventListener("datachannel", (event) => {
    if ("channel" in event) connectionOf({ peer, channel: event.channel as RTCDataChannel }).read(() => {});
  });
}

async function missed(isSending: boolean): Promise<Row> {
  const child = fork(import.meta.filename, ["--answer"]);
  const peer = new (engine.wrtc("trickle").RTCPeerConnection)();
  const connection = connectionOf({ peer, channel: peer.createDataChannel("frames") });
  const negotiation = new Negotiation(peer, (signal) => child.send(signal));
  child.on("message", (signal) => void negotiation.receive(signal));
  await negotiation.offer();
  await connection.opened({ signal: AbortSignal.timeout(10_000) });
  child.kill("SIGKILL");
  const started = clock.now();
  const sending = setInterval(() => isSending && connection.send(new Uint8Array(100)), 200);
  const { by } = await connection.closed;
  clearInterval(sending);
  const value = clock.now() - started;
  const name = `killed process missed, ${isSending ? "sending" : "idle"}`;
  return { name, value, unit: "ms", goal: "<= 40000, lost", holds: value <= 40_000 && by === "lost" };
}

async function main(): Promise<void> {
  const rows = [...(await connects("trickle")), ...(await connects("whole")), await missed(true), await missed(false)];
  const holds = rows.every((row) => row.holds);
  if (process.argv.includes("--json")) process.stdout.write(`${JSON.stringify({ rows, holds })}\n`);
  else console.table(rows);
  process.exitCode = holds ? 0 : 1;
  await engine.close();
}

if (process.argv.includes("--answer")) answer();
else await main();
