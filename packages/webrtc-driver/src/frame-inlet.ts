/** Frames kept until there is a reader. */
const maxEarlyFrames = 256;
const maxEarlyBytes = 1_048_576;

/** Frames on their way in, to the one reader; those that come before it are kept. */
export class FrameInlet {
  readonly #onThrow: (error: unknown) => void;
  #early: Uint8Array[] = [];
  #earlyBytes = 0;
  #onFrame: ((frame: Uint8Array) => void) | undefined;
  #isGiving = false;

  /** @param onThrow the reader threw: what it had not taken is dropped */
  constructor(onThrow: (error: unknown) => void) {
    this.#onThrow = onThrow;
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
    if (this.#early.length >= maxEarlyFrames || this.#earlyBytes + frame.byteLength > maxEarlyBytes) return false;
    this.#early.push(frame);
    this.#earlyBytes += frame.byteLength;
    this.#give();
    return true;
  }

  /** Drops what waits, and what comes. */
  end(): void {
    this.#early = [];
    this.#onFrame = undefined;
  }

  #give(): void {
    // A reader that makes frames come is not entered twice: order would be lost.
    if (this.#isGiving) return;
    this.#isGiving = true;
    try {
      for (let at = 0; this.#onFrame !== undefined && at < this.#early.length; at += 1) {
        const frame = this.#early[at];
        if (frame !== undefined) this.#onFrame(frame);
      }
      if (this.#onFrame !== undefined) this.#clear();
    } catch (error) {
      this.end();
      this.#onThrow(error);
    } finally {
      this.#isGiving = false;
    }
  }

  #clear(): void {
    this.#early = [];
    this.#earlyBytes = 0;
  }
}
