import type { Envelope, Signals } from "./webrtc-transport.ts";

interface Member {
  hear(envelope: Envelope): void;
  onChange(): void;
}

/** Signals between the transports of one process or page. It can be taken away. */
export class SignalHub implements Signals {
  isUp = true;
  readonly #members = new Map<string, Member>();

  isThere(name: string): boolean {
    return this.#members.has(name);
  }

  /** As over any network: later, and as a copy. */
  send(envelope: Envelope): void {
    const text = JSON.stringify(envelope);
    queueMicrotask(() => this.isUp && this.#members.get(envelope.to)?.hear(JSON.parse(text)));
  }

  join(name: string, hear: (envelope: Envelope) => void, onChange: () => void): () => void {
    this.#members.set(name, { hear, onChange });
    return () => void this.#members.delete(name);
  }

  /** Resolves to what brings it back. */
  takeAway(): () => void {
    this.#set(false);
    return () => this.#set(true);
  }

  #set(isUp: boolean): void {
    this.isUp = isUp;
    for (const { onChange } of this.#members.values()) onChange();
  }
}
