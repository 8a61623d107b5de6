import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import type { Stage } from "./in-chromium.ts";

/** UDP ways round through this process. `cut` ends those that stand, without a word; later ones are new. */
export interface Detours {
  to(address: string, port: number): Promise<{ readonly address: string; readonly port: number }>;
  cut(): void;
}

export function openDetours(stage: Stage): Detours {
  const sockets = new Set<Socket>();
  const cut = () => {
    for (const socket of sockets) socket.close();
    sockets.clear();
  };
  stage.onEnd(async () => cut());
  return {
    cut,
    async to(address, port) {
      const socket = createSocket("udp4");
      sockets.add(socket);
      let other: { readonly address: string; readonly port: number } | undefined;
      socket.on("message", (packet, from) => {
        const isBack = from.address === address && from.port === port;
        if (!isBack) other = from;
        const onward = isBack ? other : { address, port };
        if (onward) socket.send(packet, onward.port, onward.address);
      });
      socket.bind(0, address);
      await once(socket, "listening");
      return { address, port: socket.address().port };
    },
  };
}
