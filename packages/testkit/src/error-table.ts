/** The codes of this package. A code is API: it is never renamed. */
export const errorTable = Object.freeze({
  CLOCK_BUSY: {
    meaning: "The virtual clock was told to move while it moves.",
    cure: "Await each advance, and never advance from within a timer.",
  },
  CLOCK_STUCK: {
    meaning: "Too many timers fell due at one instant: something sets timers of 0 ms for ever.",
    cure: "Look for a loop that re-arms itself without letting time pass.",
  },
  SIMULATION_FAILED: {
    meaning: "A simulated scenario failed; the error names its seed.",
    cure: "Run the printed command: it replays the same run.",
  },
} as const);
