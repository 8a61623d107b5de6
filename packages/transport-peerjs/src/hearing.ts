import type { Clock } from "@swarm-space/core";
import type { ServerMessage } from "./server-message.ts";

export interface HearingParts {
  readonly clock: Clock;
  /** Our id at the server. */
  readonly id: string;
  readonly timeoutMs: number;
  send(message: Readonly<Record<string, unknown>>): void;
  /** It came back. */
  onEcho(): void;
  /** Nothing came back in time. */
  onDeaf(): void;
}

/** No connection has this id, so that what comes back means nothing to anybody else. */
const payload = { connectionId: "echo", candidate: { candidate: "" } };

/**
 * Whether a server still hears: what is said to one's own id comes back at once. A PeerServer answers neither heartbeats nor
 * offers itself, so without this one that is deaf looks like a peer that is silent.
 */
export class Hearing {
  readonly #parts: HearingParts;
  #timer: Disposable | undefined;

  constructor(parts: HearingParts) {
    this.#parts = parts;
  }

  /** One question at a time. */
  ask(): void {
    if (this.#timer) return;
    const { clock, id, timeoutMs, send, onDeaf } = this.#parts;
    this.#timer = clock.timer(timeoutMs, onDeaf);
    send({ type: "CANDIDATE", dst: id, payload });
  }

  /** True: it is the answer, and for nobody else. The server itself writes who sent it. */
  takes(message: ServerMessage): boolean {
    if (message.type !== "CANDIDATE" || message.src !== this.#parts.id) return false;
    this.end();
    this.#parts.onEcho();
    return true;
  }

  /** Nothing is awaited any more. Twice is harmless. */
  end(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }
}
