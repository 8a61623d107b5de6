/** What a person sees of the chain: height, reward pool, own coins, tokens; and a button that makes a block. */
import { element, part } from "./elements.ts";

export interface ChainRow {
  readonly height: number;
  /** Id of the newest block. */
  readonly tip: string;
  /** Coins, as "2.5". */
  readonly rewardPool: string;
  readonly own: string;
  /** As "ANNA 110". */
  readonly tokens: readonly string[];
}

export class ChainView {
  readonly #facts = part("chain", HTMLDListElement);
  readonly #mine = part("mine", HTMLButtonElement);

  constructor(o: { onMine(): Promise<void> }) {
    this.#mine.addEventListener("click", () => {
      this.#mine.disabled = true;
      void o.onMine().finally(() => {
        this.#mine.disabled = false;
      });
    });
  }

  show({ height, tip, rewardPool, own, tokens }: ChainRow): void {
    if (this.#facts.dataset["tip"] === tip) return;
    const facts = [
      ["Height", String(height)],
      ["Reward pool", rewardPool],
      ["Your coins", own],
      ["Tokens", tokens.length === 0 ? "none" : tokens.join(", ")],
    ] as const;
    this.#facts.replaceChildren(
      ...facts.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]),
    );
    Object.assign(this.#facts.dataset, { tip, height });
    this.#mine.disabled = false;
  }
}
