import type { Way } from "../ports/routing.ts";
import { leastPieceBytes, maxFrameBytes } from "./limits.ts";
import type { Link } from "./link.ts";
import { RoundTrip } from "./round-trip.ts";

/** A piece takes about so long, in milliseconds: a slow road shows signs of life between two of them, and small letters have their turn. */
const pieceMs = 400;

/** A link with what the kernel knows of it while it lives. */
export class LiveLink {
  readonly link: Link;
  readonly way: Way;
  readonly inbound: boolean;
  readonly roundTrip = new RoundTrip();
  /** `send` answered false; nothing more until it drained. */
  blocked = false;
  /** Silent for its retransmission time; letters take another way until it is heard again. */
  suspect = false;
  /** Another link answered meanwhile and this one did not: letters take that one until it is heard again. No verdict yet. */
  doubted = false;
  /** Its medium says that nothing passes at present. Where another link stands it is doubted too. */
  interrupted = false;
  /** Since when letters are out and nothing at all was heard; undefined: none are. Not kept where large frames are under way. */
  awaitedSince: number | undefined;
  /** How long such a silence lasted before it was heard again: the longest one, and less with each. */
  quietMs = 0;
  /** When it was asked for the silence that lasts. */
  askedAt: number | undefined;
  /** Lost a glare: carries nothing more and closes soon. */
  retired = false;
  closed = false;
  readonly openedAt: number;
  lastHeardAt: number;
  lastSentAt: number;
  /** When it last brought something of use; undefined until then. */
  usefulAt: number | undefined;
  /** When it became suspect, or the last keep-alive ping went out. */
  probedAt: number | undefined;
  /** When this node last woke from a sleep while the link stood; round trips from before measure the sleep. */
  wokeAt = 0;
  /** The ping that is out, and measures. */
  ping: { readonly token: number; readonly sentAt: number } | undefined;
  /** The round trip of the link that carried when this one, a standby, was last measured. */
  besideMs: number | undefined;
  refusedFrames = 0;
  /** The longest piece of a large letter that goes out on it: what it brings over in a moment, as far as is known. */
  pieceBytes = leastPieceBytes;
  /** When a large frame went out on it last: it holds up the answers to what goes after it. */
  largeAt = Number.NEGATIVE_INFINITY;

  constructor(link: Link, way: Way, inbound: boolean, now: number) {
    this.link = link;
    this.way = { ...way, connected: true, capabilities: link.connection.capabilities };
    this.inbound = inbound;
    this.openedAt = now;
    this.lastHeardAt = now;
    this.lastSentAt = now;
  }

  /** So many bytes of a large letter came over within so many milliseconds. */
  paced(bytes: number, elapsedMs: number): void {
    const inTime = (bytes * pieceMs) / Math.max(1, elapsedMs);
    this.pieceBytes = Math.max(leastPieceBytes, Math.min(inTime, 2 * this.pieceBytes, maxFrameBytes));
  }

  /** May carry letters. */
  get usable(): boolean {
    return !this.closed && !this.suspect && !this.doubted && !this.retired;
  }
}
