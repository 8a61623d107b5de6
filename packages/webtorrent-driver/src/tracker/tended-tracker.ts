import { type Clock, type Random, TokenBucket } from "@swarm-space/core";
import type { FinderSourceStatus, RefusalReason } from "../finder.ts";
import { leavingNothing } from "./leaving-nothing.ts";
import type { WebSocketTracker } from "./tracker-client.ts";
import { maxTextBytes, readTrackerMessage } from "./tracker-message.ts";

export interface TendedParts {
  readonly tracker: WebSocketTracker;
  readonly clock: Clock;
  readonly random: Random;
  dropped(reason: RefusalReason): void;
  /** Calls of others that may come at once; 4 more each second. */
  readonly burst?: number;
}

/** For the tracker's answer to an announcement, the first one from the dial. */
const answerTimeoutMs = 5_000;
/** A timer so late means that this process stood still: the answer may wait to be read. Milliseconds. */
const lateMs = 250;
/** Between attempts: 1, 2, 4 … s, at most a minute, each a random part of it. The library's own waits are up to an hour. */
const [backoffBaseMs, backoffMostMs] = [1_000, 60_000];
const callsPerSecond = 4;
/** Offers wait 50 s for an answer; older ones than the last so many are given up. */
const maxOffers = 15;

/** Stands between a WebSocket tracker and the library's client of it: reads what comes first, and dials again when it is lost. */
export class TendedTracker {
  readonly #parts: TendedParts;
  #state: FinderSourceStatus["state"] = "opening";
  #lastError: string | undefined;
  #size = 0;
  #failures = 0;
  #again: Disposable | undefined;
  #patience: Disposable | undefined;
  #isClosed = false;
  /** The present socket was connected. */
  #hasConnected = false;
  readonly #calls: TokenBucket;

  constructor(parts: TendedParts) {
    this.#parts = parts;
    const { tracker, clock } = parts;
    this.#calls = new TokenBucket({ perSecond: callsPerSecond, capacity: parts.burst ?? 32 }, clock.now());
    tracker._onSocketData = (data) => this.#read(data);
    tracker._startReconnectTimer = () => this.#lose();
    const onError = tracker._onSocketError.bind(tracker);
    tracker._onSocketError = (error) => {
      this.#lastError = error.message.startsWith("Error connecting") ? this.#brokenWords() : error.message;
      onError(error);
    };
    const make = tracker._createPeer.bind(tracker);
    tracker._createPeer = (options) => leavingNothing(make(options));
    const open = tracker._openSocket.bind(tracker);
    tracker._openSocket = () => {
      open();
      this.#opened();
    };
    const send = tracker._send.bind(tracker);
    tracker._send = (message) => {
      send(message);
      if ("action" in message && message.action === "announce" && !("answer" in message)) this.#awaitAnswer();
    };
    this.#opened();
  }

  status(): Pick<FinderSourceStatus, "state" | "lastError" | "size"> {
    const { tracker } = this.#parts;
    const isUp = this.#state === "ready" && tracker.socket?.connected === true;
    const state = this.#state === "ready" && !isUp ? "away" : this.#state;
    return {
      state,
      size: isUp ? this.#size : 0,
      ...(state === "away" ? { lastError: this.#lastError ?? "the connection was lost" } : {}),
    };
  }

  /** Dials at once where it waits to. */
  woke(): void {
    if (this.#again === undefined) return;
    this.#failures = 0;
    this.#dial();
  }

  /** Gives up offers that nobody answered, but for the newest. */
  prune(): void {
    const offers = Object.entries(this.#parts.tracker.peers ?? {});
    for (const [id, offer] of offers.slice(0, Math.max(0, offers.length - maxOffers))) {
      // The library clears it for those that it knows of alone; once closed it has no `peers`, and the timer would throw.
      clearTimeout(offer.trackerTimeout ?? undefined);
      offer.destroy();
      delete this.#parts.tracker.peers?.[id];
    }
  }

  /** From now on nothing of it is dialled or read. Twice is harmless. */
  close(): void {
    this.#isClosed = true;
    this.#state = "idle";
    this.#again?.[Symbol.dispose]();
    this.#forget();
  }

  #opened(): void {
    const { socket } = this.#parts.tracker;
    this.#hasConnected = false;
    socket?.once("connect", () => {
      this.#hasConnected = true;
      const receiver = socket._ws?._receiver;
      if (receiver) receiver._maxPayload = maxTextBytes;
    });
    this.#forget();
    this.#awaitAnswer();
  }

  /** The library says the same of a socket that never stood and of one that broke, or that brought what nobody reads. */
  #brokenWords(): string {
    return this.#hasConnected ? "the connection broke, or brought what is no message" : "it cannot be reached";
  }

  /** A socket whose path has died takes what is said, and looks open for a quarter of an hour. @param isAgain whoever is throttled all the time has had its second chance */
  #awaitAnswer(isAgain = false): void {
    const { tracker, clock } = this.#parts;
    if (this.#patience !== undefined || this.#isClosed) return;
    const dueAt = clock.now() + answerTimeoutMs;
    this.#patience = clock.timer(answerTimeoutMs, () => {
      this.#patience = undefined;
      if (clock.now() - dueAt > lateMs && !isAgain) this.#awaitAnswer(true);
      else tracker._onSocketError(new Error("the tracker does not answer"));
    });
  }

  #forget(): void {
    this.#patience?.[Symbol.dispose]();
    this.#patience = undefined;
  }

  #lose(): void {
    const { tracker, clock, random } = this.#parts;
    this.#forget();
    this.#state = "away";
    if (this.#isClosed) return;
    // Until it is connected again the library announces nothing by it.
    tracker.reconnecting = true;
    this.#failures += 1;
    const waitMs = Math.min(backoffBaseMs * 2 ** (this.#failures - 1), backoffMostMs);
    this.#again?.[Symbol.dispose]();
    this.#again = clock.timer(waitMs * (0.5 + random.float() / 2), () => this.#dial());
  }

  #dial(): void {
    this.#again?.[Symbol.dispose]();
    this.#again = undefined;
    if (!this.#isClosed) this.#parts.tracker._openSocket();
  }

  #read(data: Uint8Array): void {
    const { tracker, dropped, clock } = this.#parts;
    if (this.#isClosed || tracker.destroyed) return;
    const message = readTrackerMessage(data);
    if (message === undefined) return dropped("malformed");
    this.#forget();
    tracker.expectingResponse = false;
    const refusal = message["failure reason"];
    if (refusal !== undefined) {
      this.#lastError = `the tracker refuses: ${refusal}`;
      this.#state = "away";
      return;
    }
    if (message.offer !== undefined && !this.#calls.take(1, clock.now())) return dropped("too many");
    if (message.complete !== undefined) {
      this.#state = "ready";
      this.#failures = 0;
      this.#size = message.complete + (message.incomplete ?? 0);
    }
    try {
      tracker._onAnnounceResponse(message);
    } catch {
      dropped("malformed");
    }
  }
}
