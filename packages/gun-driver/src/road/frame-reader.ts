/** Frames on their way to the one reader; those that come before it are kept. */
export class FrameReader {
  readonly #onThrow: () => void;
  #waiting: Uint8Array[] = [];
  #onFrame: ((frame: Uint8Array) => void) | undefined;
  #giving = false;
  #ended = false;

  /** @param onThrow the reader threw: what it did not take is dropped */
  constructor(onThrow: () => void) {
    this.#onThrow = onThrow;
  }

  /** Frames that wait. */
  get size(): number {
    return this.#waiting.length;
  }

  set(onFrame: (frame: Uint8Array) => void): void {
    this.#onFrame = onFrame;
    queueMicrotask(() => this.#give());
  }

  push(frames: readonly Uint8Array[]): void {
    for (const frame of frames) this.#waiting.push(frame);
    this.#give();
  }

  /** No frame comes any more. @param keeps what came before is still given to the reader: the other side closed in order */
  end(keeps: boolean): void {
    if (keeps) return;
    this.#ended = true;
    this.#waiting = [];
  }

  #give(): void {
    // A reader that causes frames itself must not be entered twice: order would be lost.
    if (this.#giving) return;
    this.#giving = true;
    try {
      while (this.#onFrame && this.#waiting.length > 0) {
        const frames = this.#waiting;
        this.#waiting = [];
        for (const frame of frames) if (!this.#ended) this.#onFrame(frame);
      }
    } catch {
      this.#onThrow();
    } finally {
      this.#giving = false;
    }
  }
}
