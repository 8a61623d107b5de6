/** One switch a guard. All are on in the plugin; only tests can reach them, to show that each guard is needed. */
export interface SignalSafeguards {
  /** A knock past its time, or from a time to come, is refused. */
  readonly expiry: boolean;
  /** A knock that came before is refused. */
  readonly replay: boolean;
  /** A knock counts where it was put alone: each session has places of its own. */
  readonly place: boolean;
  /** A knock of before this session is refused, where a place is older than it. */
  readonly since: boolean;
  /** A knock, and its answer, are signed by the one they name, for this peer and network. */
  readonly signature: boolean;
  /** An answer is taken from the one who was asked alone. */
  readonly answerer: boolean;
}

export const allSignalSafeguards: SignalSafeguards = Object.freeze({
  expiry: true,
  replay: true,
  place: true,
  since: true,
  signature: true,
  answerer: true,
});
