/** Containers that this package keeps: none. Its plugins have their own. */
export const caps: readonly never[] = Object.freeze([]);
