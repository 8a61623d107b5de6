import { describeError, SwarmError } from "../errors/index.ts";
import type { Clock, CloseReason, Connection, RoadCapabilities, SignalOptions, TransportId } from "../ports/index.ts";
import { Waiters } from "../system/waiters.ts";
import { FrameInlet } from "./frame-inlet.ts";
import type { LinkMessage, LinkName } from "./link-message.ts";

export const mediumRoad = "medium";
/** A sender waits while so many bytes were not read. */
export const windowBytes = 1_048_576;
/** Beyond this a sender that does not wait is cut off. */
const cutOffBytes = 8 * windowBytes;
/** What a frame counts beside its bytes, so that empty ones are bounded too. */
const frameCost = 16;
/** Credit is given for so much at once, or after this time. */
const creditBytes = windowBytes / 4;
const creditMs = 10;

export interface MediumConnectionOptions {
  readonly transport: TransportId;
  readonly capabilities: RoadCapabilities;
  readonly remote: string;
  readonly link: LinkName;
  readonly clock: Clock;
  /** To the other side. A throw says that it is gone. */
  readonly say: (message: LinkMessage) => void;
}

/** One link over a medium, with credit for what was read. */
export class MediumConnection implements Connection {
  readonly transport: TransportId;
  readonly road = mediumRoad;
  readonly capabilities: RoadCapabilities;
  readonly remote: string;
  readonly closed: Promise<CloseReason>;
  readonly #o: MediumConnectionOptions;
  readonly #settle: (reason: CloseReason) => void;
  readonly #inlet: FrameInlet;
  readonly #waiters = new Waiters();
  #unread = 0;
  #held = 0;
  #owed = 0;
  #creditTimer: Disposable | undefined;
  #isClosed = false;

  constructor(o: MediumConnectionOptions) {
    this.#o = o;
    this.transport = o.transport;
    this.capabilities = o.capabilities;
    this.remote = o.remote;
    const { promise, resolve } = Promise.withResolvers<CloseReason>();
    this.closed = promise;
    this.#settle = resolve;
    this.#inlet = new FrameInlet({
      taken: (bytes) => this.#owe(bytes + frameCost),
      onThrow: (error) => this.#leave({ by: "local", detail: `the reader threw: ${describeError(error)}` }),
    });
  }

  get bufferedBytes(): number {
    return this.#unread;
  }

  send(frame: Uint8Array): boolean {
    if (this.#isClosed) throw new SwarmError("CONNECTION_CLOSED", "the connection is closed");
    if (frame.byteLength > this.capabilities.maxFrameBytes)
      throw new SwarmError(
        "FRAME_TOO_LARGE",
        `a frame of ${frame.byteLength} bytes: ${this.remote} takes ${this.capabilities.maxFrameBytes}`,
      );
    this.#unread += frame.byteLength + frameCost;
    this.#say({ kind: "frame", link: this.#o.link, frame });
    return this.#unread < windowBytes;
  }

  async drained({ signal }: SignalOptions): Promise<void> {
    signal.throwIfAborted();
    if (!this.#isClosed && this.#unread >= windowBytes) await this.#waiters.wait(signal);
  }

  read(onFrame: (frame: Uint8Array) => void): void {
    this.#inlet.read(onFrame);
  }

  async close(reason = "closed"): Promise<void> {
    this.#leave({ by: "local", detail: reason });
  }

  /** The medium brought a frame. */
  receive(frame: Uint8Array): void {
    if (this.#isClosed) return;
    this.#held += frame.byteLength + frameCost;
    if (this.#held > cutOffBytes) this.#leave({ by: "protocol", detail: "it did not wait for who reads" });
    else this.#inlet.push(frame);
  }

  /** The other side has read so much. */
  credit(bytes: number): void {
    const wasFull = this.#unread >= windowBytes;
    this.#unread = Math.max(0, this.#unread - bytes);
    if (wasFull && this.#unread < windowBytes) this.#waiters.wake();
  }

  /** It is over, and the other side knows. What it had sent in order is still read. */
  end(reason: CloseReason): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#creditTimer?.[Symbol.dispose]();
    if (reason.by !== "remote") this.#inlet.end();
    this.#unread = 0;
    this.#settle(reason);
    this.#waiters.wake();
  }

  #leave(reason: CloseReason): void {
    if (this.#isClosed) return;
    this.#say({ kind: "close", link: this.#o.link, detail: reason.detail });
    this.end(reason);
  }

  #owe(bytes: number): void {
    this.#owed += bytes;
    if (this.#isClosed) return;
    if (this.#owed >= creditBytes) this.#giveCredit();
    else this.#creditTimer ??= this.#o.clock.timer(creditMs, () => this.#giveCredit());
  }

  #giveCredit(): void {
    this.#creditTimer?.[Symbol.dispose]();
    this.#creditTimer = undefined;
    const bytes = this.#owed;
    this.#owed = 0;
    this.#held -= bytes;
    this.#say({ kind: "credit", link: this.#o.link, bytes });
  }

  #say(message: LinkMessage): void {
    try {
      this.#o.say(message);
    } catch (error) {
      this.end({ by: "lost", detail: describeError(error) });
    }
  }
}
