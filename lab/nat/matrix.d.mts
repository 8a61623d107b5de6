export declare const kinds: readonly string[];
export declare function allPairs(): readonly (readonly string[])[];
export declare function takesUdp(kind: string): boolean;
export declare function limitOf(pair: readonly string[]): number;
