/** The codes of this package. A code is API: it is never renamed. */
export const errorTable = Object.freeze({
  /** The virtual clock was told to move while it moves. */
  CLOCK_BUSY: "Await each advance, and never advance from within a timer.",
  /** Too many timers fell due at one instant: something sets timers of 0 ms for ever. */
  CLOCK_STUCK: "Look for a loop that re-arms itself without letting time pass.",
  /** A simulated scenario failed; the error names its seed. */
  SIMULATION_FAILED: "Run the printed command: it replays the same run.",
} as const);
