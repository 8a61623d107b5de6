import { SwarmError } from "@swarm-space/core";
import { errorTable as webRtcErrors } from "@swarm-space/webrtc-driver";
import { errorTable } from "../error-table.ts";

const words = Object.freeze({
  RATE_EXCEEDED: "More meetings are proposed than this node hears",
  SIGNAL_EXPIRED: "The letter is past its time, from a time to come, or from before this node was here",
  SIGNAL_FORGED: "The letter is not by the one it names, for this peer, place and network",
  SIGNAL_INVALID: "The letter is none, or holds no key",
  SIGNAL_REPLAYED: "The letter came before",
  SIGNAL_STRAY: "The letter is of no meeting that this node was in",
});

/** The kernel's own table has the cure of the rest. */
const cures: Readonly<Record<string, string>> = Object.freeze({ ...webRtcErrors, ...errorTable });

/** Why a letter of signalling is not taken. */
export type Refusal = keyof typeof words;

export function refusalError(code: Refusal): SwarmError {
  const cure = cures[code];
  return new SwarmError(code, words[code], cure === undefined ? {} : { cure });
}
