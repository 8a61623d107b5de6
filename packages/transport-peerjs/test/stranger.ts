import { openWebRtc } from "@swarm-space/webrtc-driver";
import { clock, random } from "../../../tests/support/transport-ends.ts";
import { openPeerjs, type PeerjsParts } from "../src/peerjs.ts";
import { readServerMessage } from "../src/server-message.ts";
import { parseServerUrl } from "../src/server-url.ts";

/** PeerJS without us around it, that a server knows by its id. */
export async function openStranger(
  url: string,
  { id, makeSocket, onChannel }: Pick<PeerjsParts, "id" | "makeSocket" | "onChannel">,
) {
  const server = parseServerUrl(url);
  if (!server) throw new Error("no address");
  const engine = await openWebRtc({ clock, bindAddress: "127.0.0.1" });
  const read = (text: unknown) => {
    const reading = readServerMessage(text);
    return "message" in reading ? reading.message : undefined;
  };
  const config = { key: "peerjs" };
  const peer = openPeerjs({
    ...{ clock, random, engine, server, config, id, makeSocket, onChannel },
    read,
    gone: () => {},
  });
  const opened = Promise.withResolvers<void>();
  peer.on("open", () => opened.resolve());
  await opened.promise;
  return {
    peer,
    close: async () => {
      peer.destroy();
      await engine.close();
    },
  };
}
