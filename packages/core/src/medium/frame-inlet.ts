export interface FrameInletOptions {
  /** The reader threw: what it had not taken is dropped, and nothing is given any more. */
  readonly onThrow: (error: unknown) => void;
  /** The reader took a frame of so many bytes. */
  readonly taken?: (bytes: number) => void;
  /** How much waits at most. Left out: whoever pushes bounds it, by `size` or by credit. */
  readonly most?: { readonly frames: number; readonly bytes: number };
}

/** Frames on their way to the one reader of a connection. Those that come before it are kept. */
export class FrameInlet {
  readonly #o: FrameInletOptions;
  #waiting: Uint8Array[] = [];
  #bytes = 0;
  #onFrame: ((frame: Uint8Array) => void) | undefined;
  #isGiving = false;
  #isEnded = false;

  constructor(o: FrameInletOptions) {
    this.#o = o;
  }

  /** Frames that wait. */
  get size(): number {
    return this.#waiting.length;
  }

  /** What came early follows in order, not within this call. */
  read(onFrame: (frame: Uint8Array) => void): void {
    queueMicrotask(() => {
      this.#onFrame = onFrame;
      this.#give();
    });
  }

  /** @returns false: there is no room, and the frame was not taken */
  push(frame: Uint8Array): boolean {
    if (this.#isEnded) return true;
    const { most } = this.#o;
    if (most && (this.#waiting.length >= most.frames || this.#bytes + frame.byteLength > most.bytes)) return false;
    this.#waiting.push(frame);
    this.#bytes += frame.byteLength;
    this.#give();
    return true;
  }

  /** Drops what waits, and what comes. Not where the other side closed in order: then what it had sent is still given. */
  end(): void {
    this.#isEnded = true;
    this.#clear();
  }

  #give(): void {
    // A reader that makes frames come is not entered twice: order would be lost.
    if (this.#isGiving || this.#onFrame === undefined) return;
    this.#isGiving = true;
    try {
      while (this.#waiting.length > 0) {
        const frames = this.#waiting;
        this.#clear();
        for (const frame of frames) {
          if (this.#isEnded) return;
          this.#onFrame(frame);
          this.#o.taken?.(frame.byteLength);
        }
      }
    } catch (error) {
      this.end();
      this.#o.onThrow(error);
    } finally {
      this.#isGiving = false;
    }
  }

  #clear(): void {
    this.#waiting = [];
    this.#bytes = 0;
  }
}
