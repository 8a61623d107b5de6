/** One map, set, queue or list that outlives the call that made it, and why it cannot grow for ever. */
export interface Cap {
  /** Below its package's `src`. */
  readonly file: string;
  /** The field, or the variable that a factory's functions share. */
  readonly name: string;
  readonly holds: string;
  /** Most entries; in words where another cap or the application's own code decides. */
  readonly most: number | string;
  /** The constant of that file whose value `most` is. A test compares. */
  readonly constant?: string;
  /** What goes when it is full. */
  readonly eviction: string;
}

export function cap(
  file: string,
  name: string,
  holds: string,
  most: number | string,
  eviction: string,
  constant?: string,
): Cap {
  return Object.freeze({ file, name, holds, most, eviction, ...(constant === undefined ? {} : { constant }) });
}
