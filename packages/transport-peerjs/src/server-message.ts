import { SwarmError } from "@swarm-space/core";
import { type Candidate, type Description, parseCandidate, parseDescription } from "@swarm-space/webrtc-driver";
import * as z from "zod";
import { signalInvalid } from "./peerjs-error.ts";
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

/** What was read. Undefined: of no meaning to us. */
export type Reading = { readonly message: ServerMessage | undefined } | Rubbish;

export interface Rubbish {
  /** The peer that sent it; undefined: the server itself. */
  readonly src?: string;
  readonly error: SwarmError;
}

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
const envelope = z.discriminatedUnion("type", [plain, refusal, gone, signal]);

// Whether an offer is ours at all is seen before its description.
const offer = z
  .object({
    type: z.literal("data"),
    connectionId: name,
    label: z.string().max(128),
    serialization: z.literal("raw"),
    reliable: z.literal(true),
    sdp: z.unknown().optional(),
  })
  .transform((link) => ({ ...link, sdp: describe(link.sdp, "offer") }));
const answer = z.object({ connectionId: name, sdp: z.unknown().transform((sdp) => describe(sdp, "answer")) });
const candidate = z.object({ connectionId: name, candidate: z.unknown().transform((value) => parseCandidate(value)) });

/** Reads what came over a server's socket; it may be anything. Never throws. */
export function readServerMessage(text: unknown): Reading {
  if (typeof text !== "string" || text.length > maxTextLength) return rubbish("is no text of bearable length");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return rubbish("is no JSON");
  }
  const { type }: { readonly type?: unknown } = Object(value);
  if (typeof type !== "string") return rubbish("has no type");
  const read = envelope.safeParse(value);
  // No member of the union has an unknown type.
  if (!read.success)
    return read.error.issues[0]?.code === "invalid_union" ? { message: undefined } : rubbish(`is no ${type}`);
  const message = read.data;
  if (!("src" in message) || !("payload" in message)) return { message };
  try {
    return { message: readSignal(message) };
  } catch (error) {
    return { src: message.src, error: signalInvalid(`${type} is not of our form`, error) };
  }
}

/** @throws SwarmError `SIGNAL_INVALID`, `LEGACY_PEER`; whatever zod throws */
function readSignal({ type, src, payload }: z.output<typeof signal>): SignalMessage {
  if (type === "CANDIDATE") return { type, src, payload: candidate.parse(payload) };
  if (type === "ANSWER") return { type, src, payload: answer.parse(payload) };
  const read = offer.safeParse(payload);
  if (read.success) return { type, src, payload: read.data };
  throw new SwarmError("LEGACY_PEER", "An offer that is no reliable raw data channel: not ours");
}

function describe(sdp: unknown, type: Description["type"]): Description {
  const description = parseDescription(sdp);
  if (description.type !== type) throw signalInvalid(`An ${type} holds no ${type}`);
  return description;
}

function rubbish(what: string): Rubbish {
  return { error: signalInvalid(`What the PeerServer sent ${what}`) };
}
