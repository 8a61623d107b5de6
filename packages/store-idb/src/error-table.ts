/** This plugin's own codes. */
export const errorTable = Object.freeze({
  STORE_BLOCKED: {
    meaning: "Another tab keeps an old version of the database open and does not let go.",
    cure: "Close or reload the other tabs of this site.",
  },
} as const);
