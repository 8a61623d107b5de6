/** So many a second, four times as many at once; what is beyond is refused. */
export class Budget {
  readonly #perSecond: number;
  #left: number;
  #at: number;

  constructor(perSecond: number, nowMs: number) {
    this.#perSecond = perSecond;
    this.#left = perSecond * 4;
    this.#at = nowMs;
  }

  take(nowMs: number): boolean {
    this.#left = Math.min(this.#perSecond * 4, this.#left + ((nowMs - this.#at) / 1_000) * this.#perSecond);
    this.#at = nowMs;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
