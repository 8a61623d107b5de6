/** Names that bare-object look-ups in Gun would find on a prototype. */
export function isPrototypeName(name: string): boolean {
  return name in Object.prototype || name in Function.prototype || name === "prototype";
}

/** Gun's own event tags: an id of this name would be taken for one. */
const eventName = /^(?:in|out|put|get|hi|bye|opt|create|node|auth)$/;

/** A message id: letters that Gun and its kin use, and no name that means something to Gun. */
export function isMessageId(value: unknown): value is string {
  return (
    typeof value === "string" &&
    /^[\w.~|+=/:-]{3,128}$/.test(value) &&
    !isPrototypeName(value) &&
    !eventName.test(value)
  );
}

/** A soul, a key: bounded text that is no prototype name. */
export function isGraphName(value: unknown, maxLength: number): value is string {
  return typeof value === "string" && value.length > 0 && value.length <= maxLength && !isPrototypeName(value);
}
