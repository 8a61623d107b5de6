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
let refused = 0;
swarm.on("peer:graylisted", () => {
  graylistedAt ??= Date.now();
});
swarm.on("frame:rejected", () => void refused++);
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
    refused = 0;
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
      refused,
      handled,
      peers: swarm.peers().length,
    };
  },
});
