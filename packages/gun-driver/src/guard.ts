import type { GunMessage } from "./frame.ts";
import { checkPut, isPlain } from "./guard-put.ts";
import { isGraphName, isMessageId } from "./names.ts";
import { nests } from "./nesting.ts";

/** What a frame may hold. Sizes in UTF-16 units of the text. */
export interface GuardLimits {
  /** Of the whole text. */
  readonly maxFrameLength: number;
  readonly maxMessages: number;
  readonly maxSouls: number;
  /** Keys in one message. */
  readonly maxKeys: number;
  readonly maxNameLength: number;
  readonly maxValueLength: number;
  /** How deep brackets may nest. */
  readonly maxDepth: number;
  /** How far a state may lie ahead of `now`, in milliseconds: Gun parks what is ahead. */
  readonly maxStateLeadMs: number;
}

export type GuardCode =
  | "SIZE"
  | "DEPTH"
  | "SYNTAX"
  | "SHAPE"
  | "NAME"
  | "KEY"
  | "ID"
  | "VALUE"
  | "STATE"
  | "COUNT"
  | "DAM"
  | "SOUL";

/** Why a message or a whole frame was dropped. */
export interface GuardRejection {
  readonly code: GuardCode;
  readonly detail: string;
}

export interface GuardVerdict {
  readonly accepted: readonly GunMessage[];
  readonly rejected: readonly GuardRejection[];
}

/** Text from a socket to messages that Gun may hear. */
export type FrameGuard = (text: unknown, nowMs: number) => GuardVerdict;

/** A relay hears clients: 64 KiB a frame. */
export const relayLimits: GuardLimits = Object.freeze({
  maxFrameLength: 65_536,
  maxMessages: 512,
  maxSouls: 16,
  maxKeys: 512,
  maxNameLength: 256,
  maxValueLength: 32_768,
  maxDepth: 8,
  maxStateLeadMs: 1_000,
});

/** A client hears relays, whose answers of nine values come as one frame. */
export const clientLimits: GuardLimits = Object.freeze({
  ...relayLimits,
  maxFrameLength: 1_048_576,
  maxMessages: 8_192,
});

const keyName = /^(?:##?|@|put|get|ok|err|><|%|FOO|pid|dam)$/;
const maxRejections = 16;

/**
 * Makes the guard. It is total: any input gives messages or rejections, and nothing it accepts holds a name
 * of `Object.prototype`, a nested value, or a state ahead of time. `><` (who else was told) is taken out.
 */
export function createGuard(limits: GuardLimits): FrameGuard {
  return (text, nowMs) => {
    const whole = checkText(text, limits);
    if (typeof whole !== "string") return { accepted: [], rejected: [whole] };
    let parsed: unknown;
    try {
      parsed = JSON.parse(whole);
    } catch {
      return { accepted: [], rejected: [reject("SYNTAX", "not JSON")] };
    }
    const list: readonly unknown[] = Array.isArray(parsed) ? parsed : [parsed];
    if (list.length > limits.maxMessages) return { accepted: [], rejected: [reject("COUNT", "too many messages")] };
    const accepted: GunMessage[] = [];
    const rejected: GuardRejection[] = [];
    for (const entry of list) {
      const verdict = checkMessage(entry, limits, nowMs + limits.maxStateLeadMs);
      if (!isRejection(verdict)) accepted.push(verdict);
      else if (rejected.length < maxRejections) rejected.push(verdict);
    }
    return { accepted, rejected };
  };
}

function reject(code: GuardCode, detail: string): GuardRejection {
  return { code, detail };
}

function isRejection(value: GunMessage | GuardRejection): value is GuardRejection {
  return "code" in value;
}

function checkText(text: unknown, limits: GuardLimits): string | GuardRejection {
  if (typeof text !== "string") return reject("SHAPE", "not text");
  if (text.length > limits.maxFrameLength) return reject("SIZE", `${text.length} units`);
  // Values are base64, so brackets within strings hardly count; a nesting text cannot hide behind that.
  return nests(text, limits.maxDepth) ? reject("DEPTH", `deeper than ${limits.maxDepth}`) : text;
}

function checkMessage(entry: unknown, limits: GuardLimits, maxState: number): GunMessage | GuardRejection {
  if (!isPlain(entry)) return reject("SHAPE", "a message is an object");
  for (const key of Object.keys(entry))
    if (!keyName.test(key)) return reject("KEY", `unknown key of ${key.length} letters`);
  const message: GunMessage = {};
  const wrong = copyIds(entry, message) ?? copyGet(entry, message, limits);
  if (wrong) return wrong;
  if (entry["put"] === undefined || entry["put"] === null) return message;
  const put = checkPut(entry["put"], limits, maxState);
  if ("rejection" in put) return put.rejection;
  message.put = put.graph;
  return message;
}

function copyIds(entry: Readonly<Record<string, unknown>>, message: GunMessage): GuardRejection | undefined {
  const { "#": id, "##": hash, "@": answers, "%": more, pid, dam, err, ok } = entry;
  if (id !== undefined) {
    if (!isMessageId(id)) return reject("ID", "#");
    message["#"] = id;
  }
  if (answers !== undefined) {
    if (!isMessageId(answers)) return reject("ID", "@");
    message["@"] = answers;
  }
  if (hash !== undefined) {
    // A number only: Gun joins it to an id and looks the whole up.
    if (typeof hash !== "number" || !Number.isSafeInteger(hash)) return reject("ID", "##");
    message["##"] = hash;
  }
  if (more !== undefined) {
    if (!isMessageId(more)) return reject("ID", "%");
    message["%"] = more;
  }
  if (pid !== undefined) {
    if (!isMessageId(pid)) return reject("ID", "pid");
    message.pid = pid;
  }
  if (dam !== undefined) {
    if (dam !== "?" && dam !== "hi") return reject("DAM", "unknown");
    message.dam = dam;
  }
  if (err !== undefined && err !== null) message.err = typeof err === "string" ? err.slice(0, 256) : "unnamed";
  if (ok !== undefined) {
    if (!isOk(ok)) return reject("SHAPE", "ok");
    message.ok = ok;
  }
  return undefined;
}

/** `ok` is a sign or a pair of counts. */
function isOk(ok: unknown): boolean {
  if (!isPlain(ok)) return ok === null || typeof ok === "number" || typeof ok === "boolean";
  return Object.entries(ok).every(
    ([key, value]) => (key === "" || key === "@" || key === "/") && (typeof value === "number" || value === null),
  );
}

function copyGet(
  entry: Readonly<Record<string, unknown>>,
  message: GunMessage,
  limits: GuardLimits,
): GuardRejection | undefined {
  const { get } = entry;
  if (get === undefined) return undefined;
  if (!isPlain(get)) return reject("SHAPE", "get");
  if (!isGraphName(get["#"], limits.maxNameLength)) return reject("NAME", "get #");
  const asked: { "#": string; "."?: string } = { "#": get["#"] };
  if (get["."] !== undefined) {
    if (!isGraphName(get["."], limits.maxNameLength)) return reject("NAME", "get .");
    asked["."] = get["."];
  }
  if (Object.keys(get).length !== Object.keys(asked).length) return reject("KEY", "get");
  message.get = asked;
  return undefined;
}
