/** The ablation: a door that lets everybody in and charges nobody. */
export const openDoor = Object.freeze({
  admit: () => undefined,
  welcome: () => undefined,
  proved: () => {},
  refusedUntil: () => undefined,
  offend: () => {},
  spend: () => true,
  export: () => [],
  import: () => {},
});
