import { SwarmError } from "@swarm-space/core";
import { errorTable } from "./error-table.ts";

/** An error of PeerJS by its `type` (peerjs.com/docs, "PeerErrorType"), as ours. Pure. */
export function fromPeerjsError(type: string, words: string): SwarmError {
  const detail = { type };
  const own = (code: keyof typeof errorTable, what: string) =>
    new SwarmError(code, what, { cure: errorTable[code].cure, detail });
  switch (type) {
    case "unavailable-id":
      return own("PEERJS_ID_TAKEN", "The PeerServer says that the id is taken");
    case "invalid-key":
      return own("PEERJS_KEY_REFUSED", "The PeerServer does not take the key");
    case "server-error":
      return own("PEERJS_SERVER_REFUSED", `The PeerServer refused: ${words.slice(0, 200)}`);
    case "browser-incompatible":
      return new SwarmError("WEBRTC_UNAVAILABLE", "There is no WebRTC here", { detail });
    case "peer-unavailable":
      return new SwarmError("PEER_ABSENT", "The PeerServer knows nobody of this id", { detail });
    case "invalid-id":
      return new SwarmError("DIAL_FAILED", "PeerJS does not take the id", { detail });
    case "webrtc":
      return new SwarmError("DIAL_FAILED", `WebRTC failed: ${words.slice(0, 200)}`, { detail });
    // network, disconnected, socket-error, socket-closed, ssl-unavailable, and what a later version may add
    default:
      return new SwarmError("TRANSPORT_UNAVAILABLE", `The PeerServer is away (${type})`, { detail });
  }
}
