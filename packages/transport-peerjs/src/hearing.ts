import type { Clock } from "@swarm-space/core";
import type { PeerjsConfig } from "./config.ts";
import type { ServerMessage } from "./server-message.ts";

export interface HearingParts {
  readonly clock: Clock;
  /** Our id at the server. */
  readonly id: string;
  readonly config: Pick<PeerjsConfig, "serverTimeoutMs">;
  /** How often it is asked, once it has answered, in milliseconds. */
  readonly hearEveryMs: number;
  send(message: Readonly<Record<string, unknown>>): void;
  /** It came back. */
  onEcho(): void;
  /** Nothing came back in time. */
  onDeaf(): void;
}

/** No connection has this id, so that what comes back means nothing to anybody else. */
const payload = { connectionId: "echo", candidate: { candidate: "" } };

/** How long it may take to answer once this process has slept, or its network is another. Milliseconds. */
const wakeMs = 2_000;
/** A timer so late means that this process stood still: the answer may wait to be read. Milliseconds. */
const lateMs = 250;

/**
 * Whether a server still hears: what is said to one's own id comes back at once. A PeerServer answers neither heartbeats nor
 * offers itself, so without this one that is deaf looks like a peer that is silent; and a socket whose path died while nothing was said, as over a
 * sleep or by a NAT's lost mapping, looks open for a quarter of an hour, in which nobody can dial this node by it.
 */
export class Hearing {
  readonly #parts: HearingParts;
  #timer: Disposable | undefined;
  #isAsked = false;

  constructor(parts: HearingParts) {
    this.#parts = parts;
  }

  /** One question at a time. @param isAgain whoever stands still, or is throttled, all the time has had its second chance */
  ask(timeoutMs = this.#parts.config.serverTimeoutMs, isAgain = false): void {
    if (this.#isAsked) return;
    const { clock, id, send, onDeaf } = this.#parts;
    this.end();
    this.#isAsked = true;
    const dueAt = clock.now() + timeoutMs;
    this.#timer = clock.timer(timeoutMs, () => {
      if (isAgain || clock.now() - dueAt <= lateMs) return onDeaf();
      this.#isAsked = false;
      this.ask(timeoutMs, true);
    });
    send({ type: "CANDIDATE", dst: id, payload });
  }

  /** This process slept, or its network is another. */
  woke(): void {
    this.end();
    this.ask(wakeMs);
  }

  /** True: it is the answer, and for nobody else. The server itself writes who sent it. */
  takes(message: ServerMessage): boolean {
    const { clock, id, hearEveryMs, onEcho } = this.#parts;
    if (message.type !== "CANDIDATE" || message.src !== id) return false;
    this.end();
    this.#timer = clock.timer(hearEveryMs, () => this.ask());
    onEcho();
    return true;
  }

  /** Nothing is awaited any more. Twice is harmless. */
  end(): void {
    this.#timer?.[Symbol.dispose]();
    this.#isAsked = false;
  }
}
