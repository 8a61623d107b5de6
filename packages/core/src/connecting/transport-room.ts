import { describeError, SwarmError } from "../errors/index.ts";
import type { Clock } from "../ports/clock.ts";
import type { EventBus } from "../ports/events.ts";
import type { Logger } from "../ports/logger.ts";
import type { Connection, Transport } from "../ports/transport.ts";
import { deadline } from "../system/deadline.ts";
import { aborted } from "../system/pause.ts";

export interface TransportRoomRooms {
  readonly clock: Clock;
  readonly events: EventBus;
  readonly log: Logger;
  readonly transports: readonly Transport[];
  readonly accept: (connection: Connection) => void;
  /** How long a start waits for transports; who is slower goes on opening. Milliseconds. */
  readonly openTimeoutMs: number;
}

const closeTimeoutMs = 5_000;

/** Brings every transport up and down. One that fails or hangs keeps no other, and no start, waiting. */
export class TransportRoom {
  readonly #rooms: TransportRoomRooms;
  #stop = new AbortController();
  #unsubscribe: (() => void)[] = [];
  readonly #failures = new Map<string, string>();

  constructor(rooms: TransportRoomRooms) {
    this.#rooms = rooms;
  }

  /**
   * Transports that can be asked for roads. One that is open and in error is among them: its dials fail as
   * `TRANSPORT_UNAVAILABLE`, which is how the guard learns that its rendezvous is away.
   */
  usable(): Transport[] {
    return this.#rooms.transports.filter(
      ({ id, state }) => state !== "idle" && state !== "initializing" && !this.#failures.has(id),
    );
  }

  /** Why a transport could not be opened, where that is so. */
  failure(id: string): string | undefined {
    return this.#failures.get(id);
  }

  /** Resolves when all are open, have failed, or the time for it is over. Never rejects. */
  async open(signal: AbortSignal): Promise<void> {
    this.#stop = new AbortController();
    this.#failures.clear();
    const { transports, clock, openTimeoutMs, events } = this.#rooms;
    this.#unsubscribe = transports.map((transport) =>
      transport.onState((state) =>
        events.emit("transport:state", { transport: transport.id, state, lastError: transport.lastError }),
      ),
    );
    const pending = new Set(transports);
    const opened = transports.map((transport) => this.#openOne(transport).finally(() => pending.delete(transport)));
    const late = deadline(signal, clock, openTimeoutMs);
    await Promise.race([Promise.all(opened), aborted(late.signal)]);
    late[Symbol.dispose]();
    for (const { id } of pending) {
      this.#rooms.log.warn(
        "TRANSPORT_OPEN_TIMEOUT",
        `transport ${id} was not ready within ${openTimeoutMs} ms; it goes on trying`,
      );
    }
  }

  /** Closes all, each within its time. Twice is harmless. */
  async close(): Promise<void> {
    this.#stop.abort(new SwarmError("SWARM_STOPPED", "the node is stopping"));
    await Promise.all([...this.#rooms.transports].reverse().map((transport) => this.#closeOne(transport)));
    for (const undo of this.#unsubscribe.splice(0)) undo();
  }

  async #openOne(transport: Transport): Promise<void> {
    const { signal } = this.#stop;
    try {
      await transport.open(
        (connection) => (signal.aborted ? void connection.close("stopping") : this.#rooms.accept(connection)),
        { signal },
      );
    } catch (error) {
      if (signal.aborted) return;
      this.#failures.set(transport.id, describeError(error));
      this.#rooms.log.error(
        "TRANSPORT_OPEN_FAILED",
        `transport ${transport.id} could not be opened: ${describeError(error)}`,
      );
      this.#rooms.events.emit("transport:state", {
        transport: transport.id,
        state: "error",
        lastError: describeError(error),
      });
    }
  }

  async #closeOne(transport: Transport): Promise<void> {
    const late = new AbortController();
    const timer = this.#rooms.clock.timer(closeTimeoutMs, () => {
      late.abort(
        new SwarmError("PLUGIN_TIMEOUT", `transport ${transport.id} did not close within ${closeTimeoutMs} ms`),
      );
    });
    try {
      await Promise.race([transport.close({ signal: late.signal }), aborted(late.signal)]);
    } catch (error) {
      this.#rooms.log.error("PLUGIN_STOP_FAILED", `transport ${transport.id} could not close: ${describeError(error)}`);
      this.#rooms.events.emit("plugin:failed", { plugin: `transport ${transport.id}`, phase: "stop", error });
    } finally {
      timer[Symbol.dispose]();
    }
  }
}
