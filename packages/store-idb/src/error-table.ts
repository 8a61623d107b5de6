/** This plugin's own codes. */
export const errorTable = Object.freeze({
  /** Another tab keeps an old version of the database open and does not let go. */
  STORE_BLOCKED: "Close or reload the other tabs of this site.",
} as const);
