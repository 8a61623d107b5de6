/** Stands where bundlers for browsers look for the part for Node. */
export const dialNode = undefined;

export function openGunRelay(): Promise<never> {
  return Promise.reject(new Error("a relay runs in Node alone"));
}
