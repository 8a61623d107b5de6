import { monitorEventLoopDelay } from "node:perf_hooks";
import { createSwarm, ports, replaceRoom, roomPorts, use } from "@swarm-space/core";
import * as z from "zod";
import { answerWith } from "../support/process.mjs";
import { tcpPlugin } from "../support/tcp-transport.mjs";
import { openDoor } from "./open-door.mjs";

const { ablated } = JSON.parse(process.argv[2]);
const swarm = await createSwarm({
  log: "silent",
  plugins: [use(tcpPlugin({ listen: true }))],
  replace: ablated ? [replaceRoom(roomPorts.door, () => openDoor)] : [],
});
let handled = 0;
swarm.channel({ name: "chat", schema: z.object({ text: z.string() }) }).onMessage(() => void handled++);
let graylistedAt;
/** How often each code stood in an event. */
let count = { expelled: {}, graylisted: {}, refused: {} };
const tally = (kind, code) => {
  count[kind][code] = (count[kind][code] ?? 0) + 1;
};
swarm.on("peer:graylisted", ({ peer, offence }) => {
  graylistedAt ??= Date.now();
  if (peer !== undefined) tally("graylisted", offence);
});
swarm.on("frame:rejected", ({ code }) => tally("refused", code));
swarm.on("connection:close", ({ reason }) => {
  if (reason.by === "protocol") tally("expelled", reason.detail);
});
await swarm.start();

const delay = monitorEventLoopDelay({ resolution: 2 });
let heapBefore = 0;

answerWith({
  where: () => ({ peer: swarm.id, address: swarm.get(ports.transport)[0].addresses()[0].value }),
  /** Begins to measure. */
  begin() {
    globalThis.gc();
    heapBefore = process.memoryUsage().heapUsed;
    graylistedAt = undefined;
    count = { expelled: {}, graylisted: {}, refused: {} };
    handled = 0;
    delay.reset();
    delay.enable();
  },
  /** What was measured since. The heap is what stays after a collection, while the flood goes on. */
  end() {
    delay.disable();
    globalThis.gc();
    return {
      loopP99Ms: delay.percentile(99) / 1e6,
      heapMiB: (process.memoryUsage().heapUsed - heapBefore) / 2 ** 20,
      graylistedAt,
      ...count,
      handled,
      peers: swarm.peers().length,
    };
  },
});
