/** As `bench/report.mjs` makes it, and how often the attack was tried. */
export interface AttackRow {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly goal: string;
  readonly holds: boolean;
  readonly tries?: number;
}

export interface RelaySizes {
  readonly progress: (text: string) => void;
  readonly only?: readonly ("frames" | "sessions" | "bare")[];
  /** Diallers at a time. */
  readonly slots?: number;
  /** Every so many bytes of a message one is altered. */
  readonly stride?: number;
  readonly repeats?: number;
  readonly dials?: number;
  readonly letterMs?: number;
  readonly times?: number;
  readonly records?: number;
  readonly claims?: number;
  /** Spoofed dials that are waited for. */
  readonly guests?: number;
}

export function relayRows(o: RelaySizes): Promise<readonly AttackRow[]>;
