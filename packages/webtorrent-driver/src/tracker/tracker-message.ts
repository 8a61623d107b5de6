/** What a tracker told, as far as it is used. */
export interface TrackerAnswer {
  readonly action: "announce";
  readonly info_hash: string;
  readonly peer_id?: string;
  readonly offer_id?: string;
  readonly offer?: { readonly type: "offer"; readonly sdp: string };
  readonly answer?: { readonly type: "answer"; readonly sdp: string };
  /** Seconds. */
  readonly interval?: number;
  readonly complete?: number;
  readonly incomplete?: number;
  readonly "failure reason"?: string;
}

/** A tracker says 2 minutes; who says less than half of one, or more than an hour, is not heeded as far. */
const [leastIntervalS, mostIntervalS] = [30, 3_600];
export const maxTextBytes = 65_536;
const maxSdp = 16_384;
const maxWords = 200;

/**
 * Reads a message of a WebSocket tracker; undefined where it is none. The library asks of nothing what it is, and throws where nobody
 * catches: it is given what this returns. Pure and total.
 */
export function readTrackerMessage(bytes: Uint8Array): TrackerAnswer | undefined {
  if (bytes.length > maxTextBytes) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const message: Partial<Record<keyof TrackerAnswer, unknown>> = value;
  const { action, info_hash, interval, complete, incomplete } = message;
  const words = message["failure reason"];
  if (typeof words === "string" && action !== "scrape") {
    const named = isId(info_hash) ? info_hash : "";
    return { action: "announce", info_hash: named, "failure reason": words.slice(0, maxWords) };
  }
  if (action !== "announce" || !isId(info_hash)) return undefined;
  const call = readCall(message);
  if (call === undefined) return undefined;
  return {
    action,
    info_hash,
    ...call,
    ...(isCount(interval) ? { interval: Math.min(Math.max(interval, leastIntervalS), mostIntervalS) } : {}),
    ...(isCount(complete) ? { complete } : {}),
    ...(isCount(incomplete) ? { incomplete } : {}),
  };
}

type Call = Pick<TrackerAnswer, "peer_id" | "offer_id" | "offer" | "answer">;

/** An offer or an answer of another peer; nothing where there is none; undefined where it is spoilt. */
function readCall({ peer_id, offer_id, offer, answer }: Partial<Record<keyof Call, unknown>>): Call | undefined {
  if (offer === undefined && answer === undefined) return {};
  if (!isId(peer_id) || !isId(offer_id)) return undefined;
  if (answer === undefined) {
    const sdp = readSdp(offer, "offer");
    return sdp === undefined ? undefined : { peer_id, offer_id, offer: { type: "offer", sdp } };
  }
  const sdp = readSdp(answer, "answer");
  return sdp === undefined || offer !== undefined ? undefined : { peer_id, offer_id, answer: { type: "answer", sdp } };
}

function readSdp(value: unknown, wanted: "offer" | "answer"): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { type, sdp }: { readonly type?: unknown; readonly sdp?: unknown } = value;
  return type === wanted && typeof sdp === "string" && sdp.length > 0 && sdp.length <= maxSdp ? sdp : undefined;
}

/** Twenty bytes as a string of as many characters. */
function isId(value: unknown): value is string {
  return typeof value === "string" && /^[\0-\xff]{20}$/.test(value);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
