/** Failed dials of one way within the window that no node may exceed. With breakers and backoff the worst of many seeds has seven. */
const mostFailures = 20;
const windowMs = 10_000;

/** Whether nodes hurry: dial what does not answer, again and again. */
export class DialWatch {
  readonly #failures = new Map<string, number[]>();

  /** A dial failed. @returns how often that way failed within the window, where it is too often */
  failed(way: string, now: number): number | undefined {
    const recent = (this.#failures.get(way) ?? []).filter((at) => at > now - windowMs);
    recent.push(now);
    this.#failures.set(way, recent);
    return recent.length > mostFailures ? recent.length : undefined;
  }
}
