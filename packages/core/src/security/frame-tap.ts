import { SwarmError } from "../errors/index.ts";
import type { Connection } from "../ports/transport.ts";

/** Frames kept while nobody takes them. A handshake has three. */
const maxKept = 64;
/** Bytes kept while nobody takes them: whoever is not proven yet takes no more room than this. */
const maxKeptBytes = 262_144;

/** Codes that the other side may name as its reason for ending a handshake. A hint, for the message alone. */
const saidReasons = [
  "NETWORK_MISMATCH",
  "VERSION_UNSUPPORTED",
  "PEER_MISMATCH",
  "LEGACY_PEER",
  "PEER_GRAYLISTED",
  "RATE_EXCEEDED",
  "DOOR_BUSY",
] as const;

/** Gives the first frames to the handshake, one at a time, and the rest to the link, losing none in between. */
export class FrameTap {
  readonly #connection: Connection;
  readonly #kept: Uint8Array[] = [];
  #keptBytes = 0;
  #take: ((frame: Uint8Array) => void) | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
    connection.read((frame) => {
      if (this.#take) this.#take(frame);
      else if (this.#kept.length < maxKept && this.#keptBytes + frame.length <= maxKeptBytes) this.#keep(frame);
      else void connection.close("frames before the handshake was done");
    });
  }

  /** The next frame. @throws SwarmError `HANDSHAKE_FAILED` where the connection ends first; the signal's reason */
  next(signal: AbortSignal): Promise<Uint8Array> {
    const kept = this.#kept.shift();
    if (kept) {
      this.#keptBytes -= kept.length;
      return Promise.resolve(kept);
    }
    return new Promise((resolve, reject) => {
      const done = () => {
        this.#take = undefined;
        signal.removeEventListener("abort", onAbort);
      };
      const onAbort = () => {
        done();
        reject(signal.reason);
      };
      signal.addEventListener("abort", onAbort);
      const take = (frame: Uint8Array) => {
        done();
        resolve(frame);
      };
      this.#take = take;
      void this.#connection.closed.then(({ detail }) => {
        // Only while this very call waits: one that is over must not end its successor's wait.
        if (this.#take !== take) return;
        done();
        const said = saidReasons.find((code) => detail.includes(code)) ?? "HANDSHAKE_FAILED";
        reject(new SwarmError(said, `the connection ended during the handshake: ${detail}`));
      });
    });
  }

  #keep(frame: Uint8Array): void {
    this.#kept.push(frame);
    this.#keptBytes += frame.length;
  }

  /** From now on all frames go to `onFrame`, those kept first. */
  pass(onFrame: (frame: Uint8Array) => void): void {
    this.#take = onFrame;
    for (const frame of this.#kept.splice(0)) onFrame(frame);
  }
}
