/** A rejection by value counts as a refusal, not as accepted. */
export function refuse(words) {
  throw Object.assign(new Error(words), { code: "refused by value", refusedByValue: true });
}
