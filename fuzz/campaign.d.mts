export interface Decoder {
  readonly name: string;
  readonly seeds: readonly Uint8Array[];
  run(bytes: Uint8Array, turn: number): unknown;
  make?(random: unknown): Uint8Array;
  readonly tokens?: readonly Uint8Array[];
}

export interface Finding {
  readonly what: string;
  readonly count: number;
  readonly turn: number;
  readonly hex: string;
}

export interface CampaignResult {
  readonly name: string;
  readonly tries: number;
  readonly accepted: number;
  readonly errors: number;
  readonly ms: number;
  /** Milliseconds of each of the slowest inputs, when run again. */
  readonly replays: readonly number[];
  readonly findings: readonly Finding[];
  /** An input for each outcome that was seen. */
  readonly outcomes: ReadonlyMap<string, Uint8Array>;
}

export interface CampaignOptions {
  readonly execs: number;
  readonly random: unknown;
  readonly corpus?: readonly Uint8Array[];
  readonly isRefusal: (error: unknown) => boolean;
  readonly now?: () => number;
  readonly onTry?: (bytes: Uint8Array) => void;
}

export function runCampaign(decoder: Decoder, o: CampaignOptions): Promise<CampaignResult>;
