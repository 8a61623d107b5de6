import { SwarmError } from "@swarm-space/core";
import type { PeerConnection } from "./engine.ts";
import { errorTable } from "./error-table.ts";

/** A session description as it travels. */
export interface Description {
  readonly type: "offer" | "answer";
  readonly sdp: string;
  /** The engine of the one who made it restarts ICE. Who does not know of it says nothing. */
  readonly restarts?: true;
}

/** A candidate as it travels. */
export interface Candidate {
  readonly candidate: string;
  readonly sdpMid: string | null;
  readonly sdpMLineIndex: number | null;
}

export type Signal = Description | ({ readonly type: "candidate" } & Candidate);

/** Far more than a description of one data channel with 64 candidates has. */
const maxSdpLength = 16_384;
const maxCandidateLength = 1_024;

/**
 * Reads what came by signalling; it may be anything.
 * @throws SwarmError `SIGNAL_INVALID`
 */
export function parseSignal(value: unknown): Signal {
  const type = fieldOf(value, "type");
  if (type === "candidate") return { type, ...parseCandidate(value) };
  return parseDescription(value);
}

/**
 * An offer or answer of data channels over DTLS (RFC 8841), with one fingerprint.
 * @throws SwarmError `SIGNAL_INVALID`
 */
export function parseDescription(value: unknown): Description {
  const type = fieldOf(value, "type");
  const sdp = fieldOf(value, "sdp");
  if (type !== "offer" && type !== "answer") throw invalid("A description's type is neither offer nor answer");
  if (typeof sdp !== "string" || sdp.length > maxSdpLength) {
    throw invalid(`A description's sdp is no text of at most ${maxSdpLength} characters`);
  }
  if (!sdp.startsWith("v=0")) throw invalid("A description's sdp is no SDP");
  if (!/^m=application [^\r\n]*webrtc-datachannel\r?$/m.test(sdp)) throw invalid("A description has no data channel");
  if (fingerprintOf(sdp) === undefined) throw invalid("A description does not have exactly one SHA-256 fingerprint");
  return fieldOf(value, "restarts") === true ? { type, sdp, restarts: true } : { type, sdp };
}

/**
 * What a further description is to a peer connection that has this one of the other side.
 * @returns "repeated": it is the answer that is there already
 * @throws SwarmError `SIGNAL_INVALID` it is of another certificate: who is there would be another
 */
export function successionOf(
  { remoteDescription, signalingState }: Pick<PeerConnection, "remoteDescription" | "signalingState">,
  next: Description,
): "first" | "further" | "repeated" {
  const present = remoteDescription?.sdp;
  if (!present) return "first";
  if (String(fingerprintOf(present)) !== String(fingerprintOf(next.sdp)))
    throw invalid("A further description is of another certificate");
  const isThere = signalingState === "stable" && ufragOf(present) === ufragOf(next.sdp);
  return next.type === "answer" && isThere ? "repeated" : "further";
}

/** The name of one ICE session (RFC 8839 §5.4). */
export function ufragOf(sdp: string): string | undefined {
  return /^a=ice-ufrag:(\S+)/m.exec(sdp)?.[1];
}

/**
 * A candidate; an empty one ends them.
 * @throws SwarmError `SIGNAL_INVALID`
 */
export function parseCandidate(value: unknown): Candidate {
  const text = fieldOf(value, "candidate");
  const mid = fieldOf(value, "sdpMid") ?? null;
  const index = fieldOf(value, "sdpMLineIndex") ?? null;
  if (typeof text !== "string" || text.length > maxCandidateLength || /[\r\n]/.test(text)) {
    throw invalid(`A candidate is no line of at most ${maxCandidateLength} characters`);
  }
  const candidate = withoutPrefix(text);
  if (candidate !== "" && !candidate.startsWith("candidate:")) throw invalid("A candidate does not begin as one");
  if (mid !== null && (typeof mid !== "string" || mid.length > 16)) throw invalid("A candidate's sdpMid is no name");
  if (index !== null && !(typeof index === "number" && Number.isInteger(index) && index >= 0 && index < 16)) {
    throw invalid("A candidate's sdpMLineIndex is no index");
  }
  return { candidate, sdpMid: mid, sdpMLineIndex: index };
}

/** A candidate line without the `a=` that belongs to SDP alone. */
export function withoutPrefix(candidate: string): string {
  return candidate.startsWith("a=") ? candidate.slice(2) : candidate;
}

/** The description without its candidates: they follow one by one. */
export function withoutCandidates(sdp: string): string {
  return sdp.replace(/^a=(candidate:[^\r\n]*|end-of-candidates)\r?\n/gm, "");
}

/** The candidates within a description. */
export function candidatesIn(sdp: string): readonly string[] {
  return sdp.match(/^a=candidate:[^\r\n]*/gm)?.map(withoutPrefix) ?? [];
}

/** The SHA-256 fingerprint (32 bytes) of a description; undefined unless it names exactly one fingerprint. */
export function fingerprintOf(sdp: string): Uint8Array | undefined {
  const lines = sdp.match(/^a=fingerprint:[^\r\n]*/gm) ?? [];
  const [only, ...others] = new Set(lines.map((line) => line.trim().toLowerCase()));
  const hex = /^a=fingerprint:sha-256 ((?:[0-9a-f]{2}:){31}[0-9a-f]{2})$/.exec(only ?? "")?.[1];
  if (hex === undefined || others.length > 0) return undefined;
  return Uint8Array.from(hex.split(":"), (byte) => Number.parseInt(byte, 16));
}

/**
 * Both fingerprints, the lower first: 64 bytes that both ends make alike, unless signalling was altered on the way.
 * Undefined where one of the descriptions does not name exactly one.
 */
export function bindingOf(local: string, remote: string): Uint8Array | undefined {
  const ours = fingerprintOf(local);
  const theirs = fingerprintOf(remote);
  if (ours === undefined || theirs === undefined) return undefined;
  const at = ours.findIndex((byte, index) => byte !== theirs[index]);
  const isOursFirst = at < 0 || (ours[at] ?? 0) < (theirs[at] ?? 0);
  return Uint8Array.from(isOursFirst ? [...ours, ...theirs] : [...theirs, ...ours]);
}

export function invalid(what: string, cause?: unknown): SwarmError {
  return new SwarmError("SIGNAL_INVALID", what, { cure: errorTable.SIGNAL_INVALID, cause });
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
