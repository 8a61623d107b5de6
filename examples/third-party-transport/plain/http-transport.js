import { createServer } from "node:http";
import { definePlugin, ports } from "@swarm-space/core";
import { MediumTransport } from "@swarm-space/core/medium";
import * as z from "zod";

const maxFrameBytes = 65_536;

/** Every message is one POST to the other node's own little server. */
export function httpMedium({ port = 0, neighbours = [] } = {}) {
  return {
    id: "http",
    capabilities: { direct: true, maxFrameBytes, latencyClassMs: 5 },
    async open(ears) {
      const server = createServer(async (request, response) => {
        const parts = [];
        let size = 0;
        for await (const part of request) {
          size += part.length;
          if (size > maxFrameBytes + 16) return request.destroy();
          parts.push(part);
        }
        ears.hear(new Uint8Array(Buffer.concat(parts)), String(request.headers["x-from"]));
        response.end();
      });
      server.on("connection", (socket) => socket.on("error", () => socket.destroy()));
      await new Promise((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", resolve));
      const name = `http://127.0.0.1:${server.address().port}/`;
      const stop = new AbortController();
      const queues = new Map(); // one POST after the other to each neighbour: messages must not overtake
      const post = (to, body) => fetch(to, { method: "POST", headers: { "x-from": name }, body, signal: stop.signal });
      const say = (to, bytes) => {
        const before = queues.get(to) ?? Promise.resolve();
        const sent = before.then(() => post(new URL(to), bytes)).catch(() => ears.lost(to));
        queues.set(to, sent);
        sent.then(() => queues.get(to) === sent && queues.delete(to));
      };
      return {
        name,
        say,
        shout(bytes) {
          for (const neighbour of neighbours) say(neighbour, bytes);
        },
        async close() {
          await Promise.race([
            Promise.all(queues.values()),
            new Promise((resolve) => setTimeout(resolve, 500).unref()),
          ]);
          stop.abort();
          server.closeAllConnections();
          await new Promise((resolve) => server.close(resolve));
        },
      };
    },
  };
}

export default definePlugin({
  id: "http-transport",
  api: 1,
  config: z.strictObject({
    port: z.int().min(0).max(65_535).default(0).describe("Where this node listens on 127.0.0.1; 0: any port"),
    neighbours: z
      .array(z.url())
      .max(64)
      .default([])
      .describe("Nodes to ask for peers at first, as http://127.0.0.1:8801/"),
  }),
  provides: [ports.transport, ports.discoverySource],
  setup({ config, clock, random, provide }) {
    const transport = new MediumTransport(httpMedium(config), { clock, random });
    provide(ports.transport, transport);
    provide(ports.discoverySource, transport);
  },
});
