import type { FlawedTransport } from "./altered-transport.ts";
import { closeFlaws } from "./close-flaws.ts";
import { dialFlaws } from "./dial-flaws.ts";
import { flowFlaws } from "./flow-flaws.ts";
import { frameFlaws } from "./frame-flaws.ts";
import { lifeFlaws } from "./life-flaws.ts";

/**
 * A zoo: each breaks one promise of the `Transport` port, when `alterTransport` lays it over a sound one. They prove that
 * the suite goes red, also for whoever adds checks of their own.
 */
export const flawedTransports: readonly FlawedTransport[] = Object.freeze([
  ...frameFlaws,
  ...flowFlaws,
  ...closeFlaws,
  ...dialFlaws,
  ...lifeFlaws,
]);
