import { type Clock, SwarmError, TokenBucket } from "@swarm-space/core";
import { setBounded } from "@swarm-space/core/medium";
import { offerRate } from "@swarm-space/webrtc-driver";
import type { PeerjsConfig } from "./config.ts";
import type { LinkRestarts } from "./link-restarts.ts";
import type { Link } from "./peerjs.ts";
import { signalInvalid } from "./peerjs-error.ts";
import type { ServerMessage } from "./server-message.ts";

type LinkName = Pick<Link, "peer" | "connectionId">;

/** A link between its offer and its channel's opening. */
export interface Negotiating {
  readonly link: Link;
  /** It came in; where nothing comes of it, it ends then. */
  readonly due?: Disposable;
  /** It was dialled, and the other side has not yet answered. */
  onAnswer?: (() => void) | undefined;
  /** Nothing comes of it: the other side is not there, or sent what is not accepted, or the server is away. */
  onFault(error: unknown): void;
  /** Its peer connection does not accept what the other side sent, or was closed over it. */
  onRefusal(error: unknown): void;
}

export interface DeskParts {
  readonly clock: Clock;
  readonly config: Pick<PeerjsConfig, "maxOffersPerSecond">;
  /** Links that stand. */
  readonly restarts: LinkRestarts;
  /** Whether another connection can be taken in. */
  hasRoom(): boolean;
  /** What a peer sent was refused. */
  refused(src: string, error: SwarmError): void;
}

const maxArriving = 32;
const maxCandidates = 64;
const maxMuted = 256;
const mutedMs = 60_000;

/** The links of one registration that are being negotiated, and which messages they may be told. */
export class Negotiations {
  readonly #parts: DeskParts;
  readonly #offers: TokenBucket;
  readonly #links = new Map<string, Negotiating & { candidates: number }>();
  /** Until when nothing is taken of a peer that sent rubbish. */
  readonly #muted = new Map<string, number>();

  constructor(parts: DeskParts) {
    this.#parts = parts;
    this.#offers = new TokenBucket(offerRate(parts.config), parts.clock.now());
  }

  add(negotiating: Negotiating): void {
    const { link, onRefusal } = negotiating;
    if (link.peerConnection) link.peerConnection.onFault = onRefusal;
    this.#links.set(keyOf(link), { ...negotiating, candidates: 0 });
  }

  has(link: Link): boolean {
    return this.#links.get(keyOf(link))?.link === link;
  }

  /** It is negotiated no more. False: it was not. */
  delete(link: Link): boolean {
    const known = this.#links.get(keyOf(link));
    if (known?.link !== link) return false;
    known.due?.[Symbol.dispose]();
    return this.#links.delete(keyOf(link));
  }

  /** Nothing came of it. Twice is harmless, and so is one that was deleted. */
  drop(link: Link): void {
    if (this.delete(link)) link.close();
  }

  /** All end. */
  end(why: SwarmError): void {
    for (const { link, onFault } of this.#all()) {
      onFault(why);
      this.drop(link);
    }
  }

  /** This peer sent what is not accepted: nothing is taken of it for a minute, and what is under way with it ends. */
  refuse(src: string, error: SwarmError): void {
    const { clock, refused } = this.#parts;
    setBounded(this.#muted, src, clock.now() + mutedMs, maxMuted);
    refused(src, error);
    for (const each of this.#all()) if (each.link.peer === src) each.onFault(error);
  }

  /** Whether PeerJS is to hear it. */
  hears(message: ServerMessage): boolean {
    if (!("src" in message)) return true;
    const { src } = message;
    if (!("payload" in message)) {
      for (const { link, onAnswer, onFault } of this.#all())
        if (onAnswer && link.peer === src)
          onFault(new SwarmError("PEER_ABSENT", "The PeerServer knows nobody of this id"));
      // PeerJS would close what stands.
      return false;
    }
    if (this.#parts.restarts.takes(message, (error) => this.refuse(src, error))) return false;
    if ((this.#muted.get(src) ?? 0) > this.#parts.clock.now()) return false;
    const known = this.#links.get(keyOf({ peer: src, connectionId: message.payload.connectionId }));
    const isOffer = message.type === "OFFER";
    // Those of a link that is over come late, and in good faith.
    if (known === undefined) return isOffer && this.#hasRoom();
    if (message.type === "CANDIDATE") return ++known.candidates <= maxCandidates;
    if (isOffer || !known.onAnswer) {
      const what = isOffer ? "A second offer of one connection" : "An answer to no offer of ours";
      this.refuse(src, signalInvalid(what));
      return false;
    }
    known.onAnswer();
    known.onAnswer = undefined;
    return true;
  }

  #all(): readonly Negotiating[] {
    return [...this.#links.values()];
  }

  #hasRoom(): boolean {
    const { clock, hasRoom } = this.#parts;
    if (!this.#offers.take(1, clock.now()) || !hasRoom()) return false;
    return this.#all().filter(({ due }) => due).length < maxArriving;
  }
}

function keyOf({ peer, connectionId }: LinkName): string {
  return `${peer} ${connectionId}`;
}
