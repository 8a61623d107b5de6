import { type Clock, SwarmError, TokenBucket } from "@swarm-space/core";
import { setBounded } from "@swarm-space/core/medium";
import type { Link } from "./peerjs.ts";
import type { ServerMessage } from "./server-message.ts";

type LinkName = Pick<Link, "peer" | "connectionId">;

/** A link between its offer and its channel's opening. */
export interface Negotiating {
  readonly link: Link;
  readonly isDialled: boolean;
  /** So has one that came in: the answer is ours. */
  hasAnswer: boolean;
  candidates: number;
  /** Ends it where nothing comes of it. */
  readonly due?: Disposable;
  /** Of a dial: the other side answered, or is not there. */
  onAnswer?(): void;
  onAbsent?(): void;
  /** It sent what is not accepted. */
  onFault(error: unknown): void;
}

export interface DeskParts {
  readonly clock: Clock;
  readonly maxOffersPerSecond: number;
  /** Whether another connection can be taken in. */
  hasRoom(): boolean;
}

const maxArriving = 32;
const maxCandidates = 64;
const maxMuted = 256;
const mutedMs = 60_000;

/** The links of one registration that are being negotiated, and which messages they may be told. */
export class Negotiations {
  readonly #parts: DeskParts;
  readonly #offers: TokenBucket;
  readonly #links = new Map<string, Negotiating>();
  /** Until when nothing is taken of a peer that sent rubbish. */
  readonly #muted = new Map<string, number>();

  constructor(parts: DeskParts) {
    this.#parts = parts;
    const perSecond = parts.maxOffersPerSecond;
    this.#offers = new TokenBucket({ perSecond, capacity: perSecond * 4 }, parts.clock.now());
  }

  add(negotiating: Negotiating): void {
    this.#links.set(keyOf(negotiating.link), negotiating);
  }

  find(link: LinkName): Negotiating | undefined {
    return this.#links.get(keyOf(link));
  }

  delete(link: LinkName): void {
    this.find(link)?.due?.[Symbol.dispose]();
    this.#links.delete(keyOf(link));
  }

  all(): readonly Negotiating[] {
    return [...this.#links.values()];
  }

  /** Nothing is taken of this peer for a minute. */
  mute(src: string): void {
    setBounded(this.#muted, src, this.#parts.clock.now() + mutedMs, maxMuted);
  }

  /** Whether PeerJS is to hear it. Undefined: yes. */
  refuse(message: ServerMessage): SwarmError | "drop" | undefined {
    if (!("src" in message)) return undefined;
    if (!("payload" in message)) {
      for (const each of this.all()) {
        if (!each.hasAnswer && each.link.peer === message.src) each.onAbsent?.();
      }
      // PeerJS would close what stands.
      return "drop";
    }
    if ((this.#muted.get(message.src) ?? 0) > this.#parts.clock.now()) return "drop";
    const known = this.find({ peer: message.src, connectionId: message.payload.connectionId });
    if (message.type === "OFFER") return this.#refuseOffer(known);
    // Those of a link that is over come late, and in good faith.
    if (known === undefined) return "drop";
    if (message.type === "CANDIDATE") {
      known.candidates += 1;
      return known.candidates > maxCandidates ? "drop" : undefined;
    }
    if (known.hasAnswer) return new SwarmError("SIGNAL_INVALID", "An answer to no offer of ours");
    known.hasAnswer = true;
    known.onAnswer?.();
    return undefined;
  }

  #refuseOffer(known: Negotiating | undefined): SwarmError | "drop" | undefined {
    if (known !== undefined) return new SwarmError("SIGNAL_INVALID", "A second offer of one connection");
    if (!this.#offers.take(1, this.#parts.clock.now()) || !this.#parts.hasRoom()) return "drop";
    const arriving = this.all().filter(({ isDialled }) => !isDialled);
    return arriving.length >= maxArriving ? "drop" : undefined;
  }
}

function keyOf({ peer, connectionId }: LinkName): string {
  return `${peer} ${connectionId}`;
}
