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
  /** Its plugin is disabled. */
  readonly isOff: (transport: Transport) => boolean;
  readonly accept: (connection: Connection) => void;
  /** How long a start waits for transports; who is slower goes on opening. Milliseconds. */
  readonly openTimeoutMs: number;
}

const closeTimeoutMs = 5_000;

/** Brings every transport up and down. One that fails or hangs keeps no other, and no start, waiting. */
export class TransportRoom {
  readonly #rooms: TransportRoomRooms;
  /** Those that were opened and not closed since. */
  readonly #opened = new Map<Transport, { readonly stop: AbortController; readonly deaf: () => void }>();
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
      (transport) =>
        transport.state !== "idle" &&
        transport.state !== "initializing" &&
        !this.#failures.has(transport.id) &&
        !this.#rooms.isOff(transport),
    );
  }

  /** Why a transport could not be opened, where that is so. */
  failure(id: string): string | undefined {
    return this.#failures.get(id);
  }

  /** Whether its plugin is disabled. */
  isOff(transport: Transport): boolean {
    return this.#rooms.isOff(transport);
  }

  /** Resolves when all are open, have failed, or the time for it is over. Never rejects. */
  async open(signal: AbortSignal, transports: readonly Transport[]): Promise<void> {
    const { clock, openTimeoutMs } = this.#rooms;
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

  /** From here on they take no connection; one that is still opening gives up. */
  shut(transports: readonly Transport[]): void {
    const reason = new SwarmError("SWARM_STOPPED", "the transport is being closed");
    for (const transport of transports) this.#opened.get(transport)?.stop.abort(reason);
  }

  /** Closes them, each within its time. Twice is harmless. */
  async close(transports: readonly Transport[]): Promise<void> {
    this.shut(transports);
    await Promise.all(transports.toReversed().map((transport) => this.#closeOne(transport)));
  }

  async #openOne(transport: Transport): Promise<void> {
    const { events } = this.#rooms;
    const { id } = transport;
    const stop = new AbortController();
    const { signal } = stop;
    this.#opened.get(transport)?.deaf();
    this.#failures.delete(id);
    const deaf = transport.onState((state) =>
      events.emit("transport:state", { transport: id, state, lastError: transport.lastError }),
    );
    this.#opened.set(transport, { stop, deaf });
    try {
      await transport.open(
        (connection) => (signal.aborted ? void connection.close("stopping") : this.#rooms.accept(connection)),
        { signal },
      );
    } catch (error) {
      if (signal.aborted) return;
      this.#failures.set(id, describeError(error));
      this.#rooms.log.error("TRANSPORT_OPEN_FAILED", `transport ${id} could not be opened: ${describeError(error)}`);
      events.emit("transport:state", {
        transport: id,
        state: "error",
        lastError: describeError(error),
      });
    }
  }

  async #closeOne(transport: Transport): Promise<void> {
    const opened = this.#opened.get(transport);
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
      opened?.deaf();
      // One that hung may be open anew by now.
      if (this.#opened.get(transport) === opened) this.#opened.delete(transport);
    }
  }
}
