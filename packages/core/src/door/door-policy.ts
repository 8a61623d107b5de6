import type { HandshakeRates } from "./handshake-gate.ts";
import type { TurnstileSizes } from "./turnstile.ts";
import type { WasteSizes } from "./waste-budget.ts";

/** Every figure of the door. Tests make others; an application takes these. */
export interface DoorPolicy {
  readonly peerThreshold: number;
  readonly rangeThreshold: number;
  /** A score halves in so many milliseconds. */
  readonly halfLifeMs: number;
  /** Most peers, and most ranges, whose score is remembered. */
  readonly mostScores: number;
  /** Most peers whose budget is remembered, connected or not: who comes back finds it as it was. */
  readonly mostBudgets: number;
  readonly peerWaste: WasteSizes;
  readonly nodeWaste: WasteSizes;
  readonly handshakes: HandshakeRates;
  /** Switches for ablation, set by tests alone: with one off, the test of that guard must fail. */
  readonly guards: {
    readonly scores: boolean;
    readonly budgets: boolean;
    readonly handshakes: boolean;
  };
}

const mebibyte = 1024 * 1024;

export const doorPolicy: DoorPolicy = Object.freeze({
  peerThreshold: 100,
  rangeThreshold: 400,
  halfLifeMs: 120_000,
  mostScores: 8_192,
  mostBudgets: 4_096,
  peerWaste: {
    frames: { capacity: 4_000, perSecond: 1_000 },
    bytes: { capacity: 64 * mebibyte, perSecond: 8 * mebibyte },
    items: { capacity: 10_000, perSecond: 2_000 },
    doubles: { capacity: 32_768, perSecond: 2_000 },
    ms: { capacity: 500, perSecond: 100 },
  },
  nodeWaste: {
    frames: { capacity: 20_000, perSecond: 10_000 },
    bytes: { capacity: 256 * mebibyte, perSecond: 64 * mebibyte },
    items: { capacity: 40_000, perSecond: 20_000 },
    doubles: { capacity: 1_048_576, perSecond: 65_536 },
    ms: { capacity: 1_000, perSecond: 250 },
  },
  handshakes: {
    range: { capacity: 128, perSecond: 50 },
    relay: { capacity: 256, perSecond: 100 },
    node: { capacity: 8, perSecond: 10 },
    returners: { capacity: 4, perSecond: 10 },
  },
  guards: { scores: true, budgets: true, handshakes: true },
});

/**
 * How first messages are answered. Each answer takes 0.4 ms: those given together would hold up every letter, and so would many
 * that come to nothing.
 */
export const answerTurns: TurnstileSizes = Object.freeze({ gapMs: 10, turns: { capacity: 8, perSecond: 20 } });
