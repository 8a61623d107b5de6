/** Containers of the finder, for the package's registry. */
export const findingCaps = Object.freeze([]);
