/** Frames on their way in, to the one reader. Those that come before it are kept. */
export class FrameInlet {
  readonly #taken: (bytes: number) => void;
  readonly #onThrow: (error: unknown) => void;
  #waiting: Uint8Array[] = [];
  #onFrame: ((frame: Uint8Array) => void) | undefined;
  #isGiving = false;
  #isEnded = false;

  /** @param o.taken the reader took a frame of so many bytes @param o.onThrow it threw: what it did not take is dropped */
  constructor(o: { readonly taken: (bytes: number) => void; readonly onThrow: (error: unknown) => void }) {
    this.#taken = o.taken;
    this.#onThrow = o.onThrow;
  }

  /** What came early follows in order, not within this call. */
  read(onFrame: (frame: Uint8Array) => void): void {
    queueMicrotask(() => {
      this.#onFrame = onFrame;
      this.#give();
    });
  }

  push(frame: Uint8Array): void {
    if (this.#isEnded) return;
    this.#waiting.push(frame);
    this.#give();
  }

  /** Drops what waits, and what comes. */
  end(): void {
    this.#isEnded = true;
    this.#waiting = [];
  }

  #give(): void {
    // A reader that makes frames come is not entered twice: order would be lost.
    if (this.#isGiving || this.#onFrame === undefined) return;
    this.#isGiving = true;
    try {
      while (this.#waiting.length > 0) {
        const frames = this.#waiting;
        this.#waiting = [];
        for (const frame of frames) {
          if (this.#isEnded) return;
          this.#onFrame(frame);
          this.#taken(frame.byteLength);
        }
      }
    } catch (error) {
      this.end();
      this.#onThrow(error);
    } finally {
      this.#isGiving = false;
    }
  }
}
