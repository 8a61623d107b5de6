export function readCorpus(name: string): Uint8Array[];
export function keepInput(name: string, bytes: Uint8Array, label?: string): string;
