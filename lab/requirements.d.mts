export interface Machine {
  readonly isRoot: boolean;
  readonly has: (program: string) => boolean;
  readonly hasTun: boolean;
  readonly makesNetworks: boolean;
}

export declare function missingFor(
  transports: readonly { readonly needsTurn: boolean }[],
  machine?: Machine,
): readonly { readonly what: string; readonly cure: string }[];
