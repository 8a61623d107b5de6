import { type Connection, SwarmError, type Target } from "@swarm-space/core";
import { Patience } from "./patience.ts";
import type { Heard, Pair, Stand, TransportHarness, TransportLimits, TransportNode } from "./transport-check.ts";

const usualLimits: TransportLimits = Object.freeze({
  patienceMs: 10_000,
  settleMs: 50,
  lostWithinMs: 30_000,
  mostBufferedBytes: 16 * 1_048_576,
  mostUnreadBytes: 64 * 1_048_576,
});

/** What a check stands on: transports that it opens, and waits that end. */
export class TransportStage extends Patience {
  readonly harness: TransportHarness;
  readonly limits: TransportLimits;
  /** Never aborts. */
  readonly signal = new AbortController().signal;
  readonly #made: TransportNode[] = [];

  constructor(harness: TransportHarness) {
    const limits = { ...usualLimits, ...harness.limits };
    super(harness.time, limits);
    this.harness = harness;
    this.limits = limits;
  }

  /** A transport that is closed. */
  async make(): Promise<TransportNode> {
    const node = await this.harness.make();
    this.#made.push(node);
    return node;
  }

  /** A transport that is open. `greet` is called within `accept`. */
  async open(greet?: (connection: Connection) => void): Promise<Stand> {
    return this.openNode(await this.make(), greet);
  }

  async openNode(node: TransportNode, greet?: (connection: Connection) => void): Promise<Stand> {
    const accepted: Connection[] = [];
    const accept = (connection: Connection) => {
      accepted.push(connection);
      greet?.(connection);
    };
    await this.within(node.transport.open(accept, { signal: this.signal }), "open");
    return { node, transport: node.transport, accepted, target: () => targetOf(node) };
  }

  /** A connection from one to the other, and its other end. */
  async join(here: Stand, there: Stand): Promise<Pair> {
    const before = there.accepted.length;
    const near = await this.dial(here, there.target());
    await this.until(() => there.accepted.length > before, "the other end of a connection is given to accept");
    const far = there.accepted[before];
    if (far === undefined) throw new Error("accept was given nothing");
    return { here, there, near, far };
  }

  async pair(): Promise<Pair> {
    return this.join(await this.open(), await this.open());
  }

  async dial(here: Stand, target: Target, signal: AbortSignal = this.signal): Promise<Connection> {
    return this.within(this.call(here, target, signal), "connect");
  }

  /** A dial by the first road, not awaited. */
  async call({ transport }: Stand, target: Target, signal: AbortSignal): Promise<Connection> {
    const [road] = transport.roadsTo(target);
    if (road === undefined) throw new SwarmError("DIAL_FAILED", "roadsTo gives no road to an open transport");
    return transport.connect(target, road, { signal });
  }

  /** Sends in order, and waits where `send` says so. */
  async sendAll(connection: Connection, frames: Iterable<Uint8Array>): Promise<void> {
    for (const frame of frames)
      if (!connection.send(frame)) await this.within(connection.drained({ signal: this.signal }), "drained");
  }

  /** Waits until so many frames came. */
  async hears({ frames }: Heard, count: number, what = "every frame arrives"): Promise<void> {
    await this.until(() => frames.length >= count, `${what}: ${count} frames`);
  }

  async dispose(): Promise<void> {
    try {
      for (const { transport } of this.#made)
        await this.within(transport.close({ signal: this.signal }), "close, after the check");
    } finally {
      await this.harness.dispose();
    }
  }
}

/** Sets the reader, and keeps what it is given. */
export function listen(connection: Connection): Heard {
  const frames: Uint8Array[] = [];
  connection.read((frame) => void frames.push(frame));
  return { frames };
}

function targetOf({ transport, peer }: TransportNode): Target {
  return { addresses: transport.addresses(), ...(peer === undefined ? {} : { peer }) };
}

/** A frame that tells its number; from the fifth byte on a pattern of it. At least 4 bytes. */
export function numbered(number: number, length = 16): Uint8Array {
  const frame = new Uint8Array(length);
  for (let at = 4; at < length; at += 1) frame[at] = (number * 31 + at) & 0xff;
  new DataView(frame.buffer).setUint32(0, number);
  return frame;
}

export function numberOf(frame: Uint8Array): number {
  return frame.length < 4 ? -1 : new DataView(frame.buffer, frame.byteOffset, frame.length).getUint32(0);
}

export function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
