/** One map, set, queue or list that outlives the call that made it, and why it cannot grow for ever. */
export interface Cap {
  /** Below this package's `src`. */
  readonly file: string;
  /** The field, or the variable that a factory's functions share. */
  readonly name: string;
  readonly holds: string;
  /** Most entries; in words where another cap or the application's own code decides. */
  readonly most: number | string;
  /** What goes when it is full. */
  readonly eviction: string;
  /** The constant of that file whose value `most` is. */
  readonly constant?: string;
}

/** This package keeps no container: what waits, the kernel counts. A test reads the sources, and demands an entry for the first. */
export const caps: readonly Cap[] = Object.freeze([]);
