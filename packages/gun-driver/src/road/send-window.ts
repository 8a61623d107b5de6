import { type Ack, joinFrames } from "./packet.ts";

export interface SendWindowLimits {
  /** Packets and bytes that may be unacknowledged. */
  readonly maxPackets: number;
  readonly maxBytes: number;
  /** Largest body of one packet. */
  readonly maxBody: number;
}

/** A packet that is out. */
export interface Sent {
  readonly sequence: number;
  readonly body: Uint8Array;
  /** Every key it was put under. */
  readonly keys: string[];
  sentAt: number;
  /** How often it was sent. */
  tries: number;
  /** The receiver has it, beyond a gap. */
  arrived: boolean;
}

/** Frames that wait and packets that are out. Frames of one turn share a packet. */
export class SendWindow {
  readonly #limits: SendWindowLimits;
  readonly #sent = new Map<number, Sent>();
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #sentBytes = 0;
  #next = 0;

  constructor(limits: SendWindowLimits) {
    this.#limits = limits;
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  get sentBytes(): number {
    return this.#sentBytes;
  }

  /** Unacknowledged packets, oldest first. */
  get sent(): Iterable<Sent> {
    return this.#sent.values();
  }

  get oldest(): Sent | undefined {
    return this.#sent.values().next().value;
  }

  push(frame: Uint8Array): void {
    this.#queue.push(frame);
    this.#queuedBytes += frame.length;
  }

  /** The next packet of waiting frames. Undefined: nothing waits, or the window is full (unless `always`). */
  next(always = false): Sent | undefined {
    const { maxPackets, maxBytes, maxBody } = this.#limits;
    if (this.#queue.length === 0) return undefined;
    if (!always && (this.#sent.size >= maxPackets || this.#sentBytes >= maxBytes)) return undefined;
    let count = 0;
    let length = 0;
    for (const frame of this.#queue) {
      if (count > 0 && length + 2 + frame.length > maxBody) break;
      length += 2 + frame.length;
      count += 1;
    }
    const frames = this.#queue.slice(0, count);
    this.#queue = count === this.#queue.length ? [] : this.#queue.slice(count);
    this.#queuedBytes -= length - 2 * count;
    return this.#add(joinFrames(frames));
  }

  /** An empty packet: asks for an acknowledgement. */
  probe(): Sent {
    return this.#add(new Uint8Array(0));
  }

  /** @returns the packets that are settled by it */
  acknowledge(ack: Ack): readonly Sent[] {
    if (ack.next > this.#next) return [];
    const settled: Sent[] = [];
    for (const entry of this.#sent.values()) {
      if (entry.sequence >= ack.next) break;
      settled.push(entry);
    }
    for (const entry of settled) {
      this.#sent.delete(entry.sequence);
      this.#sentBytes -= entry.body.length;
    }
    for (let bit = 0; bit < 32 && ack.beyond !== 0; bit += 1) {
      const entry = (ack.beyond >>> bit) & 1 ? this.#sent.get(ack.next + 1 + bit) : undefined;
      if (entry) entry.arrived = true;
    }
    return settled;
  }

  /** Packets sent once that three later ones have overtaken: they are lost. */
  overtaken(): readonly Sent[] {
    const found: Sent[] = [];
    let later = 0;
    for (const entry of [...this.#sent.values()].reverse()) {
      if (entry.arrived) later += 1;
      else if (later >= 3 && entry.tries === 1) found.push(entry);
    }
    return found.reverse();
  }

  clear(): void {
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#sent.clear();
    this.#sentBytes = 0;
  }

  #add(body: Uint8Array): Sent {
    const sent: Sent = { sequence: this.#next, body, keys: [], sentAt: 0, tries: 0, arrived: false };
    this.#next += 1;
    this.#sent.set(sent.sequence, sent);
    this.#sentBytes += body.length;
    return sent;
  }
}
