/** What the command's process ends with. */
export const exitCodes = Object.freeze({
  /** Done; also after a stop that was asked for, as by Ctrl-C. */
  done: 0,
  /** It failed, and stderr says why. */
  failed: 1,
  /** The command line is wrong. */
  usage: 2,
  /** Stopped at once by a second Ctrl-C. */
  forced: 130,
});
