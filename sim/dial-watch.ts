/** Dials of one way within the window that no node may exceed. */
const mostDials = 20;
const windowMs = 10_000;

/**
 * Whether nodes hurry: dial what does not answer, again and again. It sees dials begin, not how they end: those that a node calls off,
 * or for which it excuses the other side, count too, and nothing the node tells can hide one.
 */
export class DialWatch {
  readonly #dials = new Map<string, number[]>();
  /** The most of one way within the window so far. */
  most = 0;

  /** A dial begins. @returns how often that way was dialled within the window, where it is too often */
  began(way: string, now: number): number | undefined {
    const recent = (this.#dials.get(way) ?? []).filter((at) => at > now - windowMs);
    recent.push(now);
    this.#dials.set(way, recent);
    this.most = Math.max(this.most, recent.length);
    return recent.length > mostDials ? recent.length : undefined;
  }

  /** Who was asked to come again soon is to come again soon: the last dial does not count. */
  pardon(way: string): void {
    this.#dials.get(way)?.pop();
  }
}
