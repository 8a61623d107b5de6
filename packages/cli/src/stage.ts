/** What a command needs of the process it runs in, so that tests can be that process. */
export interface Stage {
  /** The present folder: what relative paths are seen from. */
  readonly folder: string;
  /** The command's own version. */
  readonly version: string;
  /** Of this process, as "24.9.0". */
  readonly nodeVersion: string;
  /** Somebody types here. */
  readonly isTerminal: boolean;
  /** A line to standard output. */
  say(line: string): void;
  /** A line to standard error. */
  warn(line: string): void;
  /** Lines of standard input, without their ends, until it ends or the signal aborts. */
  lines(signal: AbortSignal): AsyncIterable<string>;
  /** Aborts when this process is asked to stop. Asked again, it ends at once. */
  untilStopped(): AbortSignal;
}
