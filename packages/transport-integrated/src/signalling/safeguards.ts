/** One switch a guard. All are on in the plugin; only tests can reach them, to show that each guard is needed. */
export interface SignalSafeguards {
  /** A knock past its time, or from a time to come, is refused. */
  readonly expiry: boolean;
  /** A knock that came before is refused. */
  readonly replay: boolean;
  /** A knock is signed by the one it names, for this peer and network. */
  readonly signature: boolean;
  /** An answer is taken from the one who was asked alone. */
  readonly answerer: boolean;
}

export const allSignalSafeguards: SignalSafeguards = Object.freeze({
  expiry: true,
  replay: true,
  signature: true,
  answerer: true,
});
