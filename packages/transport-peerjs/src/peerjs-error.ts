import { SwarmError } from "@swarm-space/core";
import { errorTable } from "./error-table.ts";

/** What ends a registration, by PeerJS's `type` (peerjs.com/docs, "PeerErrorType"), as an error of ours. Pure. */
export function fromPeerjsError(type: string, words: string): SwarmError {
  const own = (code: keyof typeof errorTable, what: string) =>
    new SwarmError(code, what, { cure: errorTable[code], detail: { type } });
  if (type === "unavailable-id") return own("PEERJS_ID_TAKEN", "The PeerServer has the id already");
  if (type === "invalid-key") return own("PEERJS_KEY_REFUSED", "The PeerServer does not take the key");
  if (type === "server-error") return own("PEERJS_SERVER_REFUSED", `The PeerServer refused: ${words}`);
  // network, disconnected, socket-error, socket-closed, ssl-unavailable, and what a later version may add
  return new SwarmError("TRANSPORT_UNAVAILABLE", `The PeerServer is away (${type})`, { detail: { type } });
}

/** The server is not there, or this node is not there any more. */
export function away(what: string, cause?: unknown): SwarmError {
  return new SwarmError("TRANSPORT_UNAVAILABLE", what, { cause });
}

/** What a peer said is not accepted: for the reason that is known, else for this one. */
export function signalInvalid(what: string, known?: unknown): SwarmError {
  return SwarmError.is(known) ? known : new SwarmError("SIGNAL_INVALID", what);
}
