import { definePlugin, ports } from "@swarm-space/core";
import { type Medium, type MediumEars, MediumTransport } from "@swarm-space/core/medium";
import * as z from "zod";

const config = z.strictObject({
  room: z.string().min(1).default("swarm").describe("Tabs or threads of one origin and one room meet"),
});
const letter = z.strictObject({ from: z.string(), to: z.string().optional(), bytes: z.instanceof(Uint8Array) });

/** A BroadcastChannel brings every message to everybody: each takes what is for it. */
export function broadcastMedium(room: string, name: string): Medium {
  return {
    id: "broadcast",
    capabilities: { direct: true, maxFrameBytes: 65_536, latencyClassMs: 1 },
    open(ears: MediumEars) {
      const channel = new BroadcastChannel(`swarm-space:${room}`);
      channel.onmessage = ({ data }: { data: unknown }) => {
        const heard = letter.safeParse(data);
        if (heard.success && (heard.data.to ?? name) === name) ears.hear(heard.data.bytes, heard.data.from);
      };
      return {
        name,
        say: (to, bytes) => channel.postMessage({ from: name, to, bytes }),
        shout: (bytes) => channel.postMessage({ from: name, bytes }),
        close: () => channel.close(),
      };
    },
  };
}

export default definePlugin({
  id: "@swarm-space-examples/third-party-transport",
  api: 1,
  config,
  provides: [ports.transport, ports.discoverySource],
  setup({ config: { room }, clock, random, provide }) {
    const name = Array.from(random.bytes(8), (byte) => byte.toString(16).padStart(2, "0")).join("");
    const transport = new MediumTransport(broadcastMedium(room, name), { clock, random });
    provide(ports.transport, transport);
    provide(ports.discoverySource, transport);
  },
});
