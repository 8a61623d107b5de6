import type { RoadCapabilities, RoadId, TransportId } from "@swarm-space/core";
import type { SeededRandom } from "../random/seeded-random.ts";
import type { EndName, FaultRule } from "./faults.ts";
import { resolveFaults } from "./faults.ts";
import { FramePipe, type PipeMedium } from "./frame-pipe.ts";
import { MemoryConnection } from "./memory-connection.ts";

/** What an end brings to its links. */
export interface LinkEnd extends EndName {
  readonly capabilities: RoadCapabilities;
  readonly rendezvous: string | undefined;
  readonly highWaterBytes: number;
  readonly maxBufferedBytes: number;
}

export interface MemoryLinkOptions {
  readonly medium: PipeMedium;
  readonly transport: TransportId;
  readonly road: RoadId;
  readonly dialer: LinkEnd;
  readonly acceptor: LinkEnd;
  readonly random: (name: string) => SeededRandom;
  /** Called once, when both ends are over. */
  onOver(): void;
}

/** Two ends and the two pipes between them. */
export class MemoryLink {
  readonly transport: TransportId;
  readonly dialer: LinkEnd;
  readonly acceptor: LinkEnd;
  /** The dialler's end, and the accepting one. */
  readonly near: MemoryConnection;
  readonly far: MemoryConnection;
  readonly #o: MemoryLinkOptions;
  readonly #there: FramePipe;
  readonly #back: FramePipe;
  #open = 2;

  constructor(o: MemoryLinkOptions) {
    this.#o = o;
    this.transport = o.transport;
    this.dialer = o.dialer;
    this.acceptor = o.acceptor;
    this.near = this.#end(o.dialer, o.acceptor);
    this.far = this.#end(o.acceptor, o.dialer);
    this.#there = this.#pipe(o.dialer, o.acceptor, this.near, this.far, () => this.#back);
    this.#back = this.#pipe(o.acceptor, o.dialer, this.far, this.near, () => this.#there);
    this.near.attach(this.#there);
    this.far.attach(this.#back);
  }

  /** Takes new rules in both directions. */
  apply(rules: readonly FaultRule[]): void {
    this.#there.apply(resolveFaults(rules, this.transport, this.dialer, this.acceptor));
    this.#back.apply(resolveFaults(rules, this.transport, this.acceptor, this.dialer));
  }

  /** The medium dies under both ends, with what was under way. */
  kill(detail: string): void {
    this.#there.stop();
    this.#back.stop();
    this.near.finish({ by: "lost", detail });
    this.far.finish({ by: "lost", detail });
  }

  #end(own: LinkEnd, other: LinkEnd): MemoryConnection {
    const { medium } = this.#o;
    return new MemoryConnection({
      transport: this.transport,
      road: this.#o.road,
      capabilities: own.capabilities,
      rendezvous: this.acceptor.rendezvous,
      remote: other.name,
      maxEarlyBytes: own.maxBufferedBytes,
      schedule: (run) => medium.schedule(run),
      onClosed: () => this.#ended(),
    });
  }

  #pipe(
    from: LinkEnd,
    to: LinkEnd,
    sender: MemoryConnection,
    receiver: MemoryConnection,
    reverse: () => FramePipe,
  ): FramePipe {
    return new FramePipe({
      medium: this.#o.medium,
      transport: this.transport,
      from,
      to,
      highWaterBytes: from.highWaterBytes,
      maxBufferedBytes: from.maxBufferedBytes,
      random: () => this.#o.random(`${from.name}>${to.name}`),
      deliver: (frame) => {
        if (receiver.receive(frame)) return;
        if (!receiver.isClosed) return this.#breakRule(sender, receiver);
        // Nobody is there any more: the medium says so, as a TCP reset does, unless it cannot.
        if (!reverse().mute) sender.finish({ by: "lost", detail: "the other side is gone" });
      },
      ended: () => receiver.finish({ by: "remote", detail: sender.closeDetail ?? "closed by the other side" }),
      broken: (detail) => {
        this.#o.medium.tap.counters.connectionsLost++;
        this.kill(detail);
      },
    });
  }

  #breakRule(sender: MemoryConnection, receiver: MemoryConnection): void {
    const detail = "frames came and nobody reads them";
    receiver.finish({ by: "protocol", detail });
    sender.finish({ by: "remote", detail });
  }

  #ended(): void {
    this.#open--;
    if (this.#open > 0) return;
    this.#there.stop();
    this.#back.stop();
    this.#o.onOver();
  }
}
