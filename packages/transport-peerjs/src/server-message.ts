import { SwarmError } from "@swarm-space/core";
import { type Candidate, type Description, parseCandidate, parseDescription } from "@swarm-space/webrtc-driver";
import * as z from "zod";
import { isPeerjsId } from "./peerjs-id.ts";

/** An offer as PeerJS takes it; of others' serializations none is ours. */
export interface OfferPayload {
  readonly type: "data";
  readonly connectionId: string;
  readonly label: string;
  readonly serialization: "raw";
  readonly reliable: true;
  readonly sdp: Description;
}

/** What a PeerServer may say, read and rebuilt: nothing that is not named here reaches PeerJS. */
export type ServerMessage =
  | { readonly type: "OPEN" | "ID-TAKEN" | "INVALID-KEY" }
  | { readonly type: "ERROR"; readonly payload: { readonly msg: string } }
  | { readonly type: "EXPIRE" | "LEAVE"; readonly src: string }
  | SignalMessage;

/** What a peer said of one link. */
export type SignalMessage =
  | { readonly type: "OFFER"; readonly src: string; readonly payload: OfferPayload }
  | {
      readonly type: "ANSWER";
      readonly src: string;
      readonly payload: { readonly connectionId: string; readonly sdp: Description };
    }
  | {
      readonly type: "CANDIDATE";
      readonly src: string;
      readonly payload: { readonly connectionId: string; readonly candidate: Candidate };
    };

/** What was read, or who sent rubbish: the server itself, or a peer through it. Undefined: of no meaning to us. */
export type Reading =
  | { readonly message: ServerMessage | undefined }
  | { readonly by: "server" | string; readonly error: SwarmError };

const maxTextLength = 65_536;

const name = z.string().min(1).max(128);
const src = z.string().refine(isPeerjsId);
const plain = z.object({ type: z.enum(["OPEN", "ID-TAKEN", "INVALID-KEY"]) });
const refusal = z.object({
  type: z.literal("ERROR"),
  payload: z.object({ msg: z.string().transform((words) => words.slice(0, 200)) }),
});
const gone = z.object({ type: z.enum(["EXPIRE", "LEAVE"]), src });
const signal = z.object({ type: z.enum(["OFFER", "ANSWER", "CANDIDATE"]), src, payload: z.unknown() });
const envelope = z.union([plain, refusal, gone, signal]);
const known = ["OPEN", "ID-TAKEN", "INVALID-KEY", "ERROR", "EXPIRE", "LEAVE", "OFFER", "ANSWER", "CANDIDATE"];

const offer = z.object({
  type: z.literal("data"),
  connectionId: name,
  label: z.string().max(128),
  serialization: z.literal("raw"),
  reliable: z.literal(true),
  sdp: z.unknown().optional(),
});
const answer = z.object({ connectionId: name, sdp: z.unknown() });
const candidate = z.object({ connectionId: name, candidate: z.unknown() });

/** Reads what came over a server's socket; it may be anything. Never throws. */
export function readServerMessage(text: unknown): Reading {
  if (typeof text !== "string" || text.length > maxTextLength)
    return rubbish("server", "is no text of bearable length");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return rubbish("server", "is no JSON");
  }
  const { type }: { readonly type?: unknown } = Object(value);
  if (typeof type !== "string") return rubbish("server", "has no type");
  if (!known.includes(type)) return { message: undefined };
  const read = envelope.safeParse(value);
  if (!read.success) return rubbish("server", `is no ${type}`);
  const message = read.data;
  if (!("src" in message) || !("payload" in message)) return { message };
  try {
    return { message: readSignal(message) };
  } catch (error) {
    const known = SwarmError.is(error) ? error : new SwarmError("SIGNAL_INVALID", `${type} is not of our form`);
    return { by: message.src, error: known };
  }
}

/** @throws SwarmError `SIGNAL_INVALID`, `LEGACY_PEER`; whatever zod throws */
function readSignal({ type, src, payload }: z.output<typeof signal>): SignalMessage {
  if (type === "OFFER") {
    const read = offer.safeParse(payload);
    if (!read.success) throw new SwarmError("LEGACY_PEER", "An offer that is no reliable raw data channel: not ours");
    return { type, src, payload: { ...read.data, sdp: describe(read.data.sdp, "offer") } };
  }
  if (type === "ANSWER") {
    const { connectionId, sdp } = answer.parse(payload);
    return { type, src, payload: { connectionId, sdp: describe(sdp, "answer") } };
  }
  const read = candidate.parse(payload);
  return { type, src, payload: { ...read, candidate: parseCandidate(read.candidate) } };
}

function describe(sdp: unknown, type: Description["type"]): Description {
  const description = parseDescription(sdp);
  if (description.type !== type) throw new SwarmError("SIGNAL_INVALID", `An ${type} holds no ${type}`);
  return description;
}

function rubbish(by: string, what: string): Reading {
  return { by, error: new SwarmError("SIGNAL_INVALID", `What the PeerServer sent ${what}`) };
}
