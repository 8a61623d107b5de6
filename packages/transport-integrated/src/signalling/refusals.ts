import { SwarmError } from "@swarm-space/core";
import { errorTable as webRtcErrors } from "@swarm-space/webrtc-driver";
import { errorTable } from "../error-table.ts";

const words = Object.freeze({
  SIGNAL_EXPIRED: "The letter is past its time, from a time to come, or from before this node was here",
  SIGNAL_FORGED: "The letter is not by the one it names, for this peer, place and network",
  SIGNAL_INVALID: "The letter is none, or holds no key",
  SIGNAL_REPLAYED: "The letter came before",
  SIGNAL_STRAY: "The letter is of no meeting that this node was in",
});

/** Why a letter of signalling is not taken. */
export type Refusal = keyof typeof words;

export function refusalError(code: Refusal): SwarmError {
  return new SwarmError(code, words[code], { cure: { ...webRtcErrors, ...errorTable }[code] });
}
