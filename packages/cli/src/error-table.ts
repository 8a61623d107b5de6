/** Codes of the command. */
export const errorTable = Object.freeze({
  USAGE_INVALID: { meaning: "The command line is wrong.", cure: "See `swarm-space --help`." },
  PORT_UNAVAILABLE: {
    meaning: "The relay's port cannot be had.",
    cure: "Stop what listens there, or name another one with `--port`; 0 takes a free one.",
  },
} as const);
