/** Signals between transports of two processes, or of a page and a process: whatever `post` carries to the other side. */
export class PipeSignals {
  isUp = true;
  #hears = new Map();
  #post;

  constructor(post) {
    this.#post = post;
  }

  isThere() {
    return true;
  }

  send(envelope) {
    this.#post(envelope);
  }

  join(name, hear) {
    this.#hears.set(name, hear);
    return () => this.#hears.delete(name);
  }

  /** An envelope of the other side. */
  deliver(envelope) {
    this.#hears.get(envelope.to)?.(envelope);
  }
}
