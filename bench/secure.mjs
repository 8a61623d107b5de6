import { fork } from "node:child_process";
import { once } from "node:events";
import http from "node:http";
import { createRequire } from "node:module";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { createSwarm, use } from "@swarm-space/core";
import { MemoryNetwork, memoryPlugin } from "@swarm-space/testkit";
import WebSocket from "ws";
import { burst, largeBytes, largeChannel, smallChannel, smallText } from "./letters.mjs";
import { row } from "./report.mjs";
import { handshaker } from "./support/handshaker.mjs";
import { recordPair } from "./support/record-pair.mjs";
import { sealedFloor } from "./support/sealed-floor.mjs";
import { socketOptions, wsPlugin } from "./support/ws-transport.mjs";

const rounds = 5;
/** Rounds before those that count: both sides' code is compiled and their heaps have grown by then. */
const warmRounds = 6;

/** A client masks what it sends: the raw messages spend most of their time there where no native code does it, so the ratio depends on it. */
export const secureBackend = { masking: maskingOfWs() };

/** Sealed letters: in one process beside the floor of codec and sealing, in two beside a raw WebSocket. */
export async function secureRows({ progress }) {
  return [...(await memoryRows(progress)), ...(await webSocketRows(progress)), await handshakeRow(progress)];
}

export async function memoryRows(progress) {
  const network = new MemoryNetwork();
  await using alice = await createSwarm({ plugins: [use(memoryPlugin({ network }))] });
  await using bob = await createSwarm({ plugins: [use(memoryPlugin({ network }))] });
  let heard = 0;
  bob.channel(smallChannel).onMessage(() => void heard++);
  bob.channel(largeChannel).onMessage(() => void heard++);
  const small = alice.channel(smallChannel);
  const large = alice.channel(largeChannel);
  await Promise.all([alice.start(), bob.start()]);
  await alice.connect(bob.id);

  const floor = [];
  const smallRates = [];
  const largeRates = [];
  await burst(20_000, 2_000, (n) => small.send(bob.id, { text: smallText, n }));
  sealedFloor(20_000);
  for (let i = 0; i < rounds; i++) {
    progress(`memory: round ${i + 1} of ${rounds}`);
    floor.push(sealedFloor(60_000));
    smallRates.push(await burst(60_000, 2_000, (n) => small.send(bob.id, { text: smallText, n })));
    const bytes = new Uint8Array(largeBytes).fill(i);
    largeRates.push(((await burst(2_000, 64, () => large.send(bob.id, bytes))) * largeBytes) / 1e6);
  }
  if (heard !== 20_000 + rounds * 62_000) throw new Error(`${heard} letters were handled`);
  return [
    row({
      name: "small",
      values: smallRates,
      unit: "letters/s",
      baseline: floor,
      goal: "≥ 0.6 × codec and sealing alone",
      holds: (_, ratio) => ratio >= 0.6,
    }),
    row({ name: "memory", values: largeRates, unit: "MB/s", goal: "≥ 200 MB/s", holds: (value) => value >= 200 }),
  ];
}

/** The goal is on 64 KiB: there a byte's way counts. Small letters carry an acknowledgement each, raw messages none. */
export async function webSocketRows(progress) {
  const child = fork(fileURLToPath(new URL("support/ws-peer.mjs", import.meta.url)));
  const [{ peer, url, rawUrl }] = await once(child, "message");
  const socket = new WebSocket(rawUrl, socketOptions);
  const sealedSocket = new WebSocket(`${rawUrl}/sealed`, socketOptions);
  await Promise.all([once(socket, "open"), once(sealedSocket, "open")]);
  const { sender } = recordPair();
  await using alice = await createSwarm({ plugins: [use(wsPlugin({ known: [{ peer, value: url }] }))] });
  const small = alice.channel(smallChannel);
  const large = alice.channel(largeChannel);
  await alice.start();
  await alice.connect(peer);
  const message = new Uint8Array(100).fill(7);
  const bytes = new Uint8Array(largeBytes).fill(9);
  const rates = { large: [], rawLarge: [], sealedLarge: [], small: [], rawSmall: [] };
  const megabytes = (perSecond) => (perSecond * largeBytes) / 1e6;
  for (let i = 1 - warmRounds; i <= rounds; i++) {
    progress(`websocket: round ${i} of ${rounds}`);
    const now = {
      rawLarge: megabytes(await rawBurst(socket, 2_000, () => bytes)),
      sealedLarge: megabytes(await rawBurst(sealedSocket, 2_000, () => sender.seal(bytes))),
      large: megabytes(await burst(2_000, 64, () => large.send(peer, bytes))),
      rawSmall: await rawBurst(socket, 60_000, () => message),
      small: await burst(60_000, 2_000, (n) => small.send(peer, { text: smallText, n })),
    };
    if (i > 0) for (const [name, value] of Object.entries(now)) rates[name].push(value);
  }
  socket.terminate();
  sealedSocket.terminate();
  await alice.stop();
  child.disconnect();
  await once(child, "exit");
  return [
    row({
      name: "websocket",
      values: rates.large,
      unit: "MB/s",
      baseline: rates.rawLarge,
      goal: "≥ 0.7 × raw WebSocket, 64 KiB, two processes",
      holds: (_, ratio) => ratio >= 0.7,
    }),
    // Nothing but sealing and opening stands between these and the raw ones: what any kernel could reach with this cipher.
    row({ name: "websocket-sealed-alone", values: rates.sealedLarge, unit: "MB/s", baseline: rates.rawLarge }),
    row({ name: "websocket-small", values: rates.small, unit: "letters/s", baseline: rates.rawSmall }),
  ];
}

/** Messages a second into the other process: until it says that all are there. */
async function rawBurst(socket, count, next) {
  const started = performance.now();
  const all = once(socket, "message");
  socket.send(String(count));
  for (let i = 0; i < count; i++) {
    if (socket.bufferedAmount < 4_194_304) socket.send(next());
    else await new Promise((sent) => socket.send(next(), sent));
  }
  await all;
  return (count * 1000) / (performance.now() - started);
}

async function handshakeRow(progress) {
  progress("handshakes");
  const shake = await handshaker();
  const rates = [];
  for (let i = 0; i <= rounds; i++) {
    const started = performance.now();
    for (let k = 0; k < 300; k++) await shake();
    if (i > 0) rates.push(300_000 / (performance.now() - started));
  }
  return row({ name: "handshakes", values: rates, unit: "handshakes/s" });
}

/** As `ws` itself chooses. */
function maskingOfWs() {
  if (typeof http.websocketMask === "function") return "native (node:http)";
  if (process.env.WS_NO_BUFFER_UTIL) return "JavaScript (WS_NO_BUFFER_UTIL)";
  try {
    createRequire(import.meta.resolve("ws")).resolve("bufferutil");
    return "native (bufferutil); WS_NO_BUFFER_UTIL=1 measures without";
  } catch {
    return "JavaScript (no bufferutil)";
  }
}
