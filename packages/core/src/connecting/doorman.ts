import type { Door } from "../door/door.ts";
import { answerTurns } from "../door/door-policy.ts";
import { handshakeOffence } from "../door/offences.ts";
import { PendingPool } from "../door/pending-pool.ts";
import { originOf } from "../door/remote-origin.ts";
import { Turnstile } from "../door/turnstile.ts";
import { codeOf, describeError, SwarmError } from "../errors/index.ts";
import type { ConnectionBook } from "../messaging/connection-book.ts";
import { farewell } from "../messaging/farewell.ts";
import { ownStallMs } from "../messaging/letter-watch.ts";
import { maxPendingHandshakes, thirdMessageMs } from "../messaging/limits.ts";
import type { Link, LinkFactory } from "../messaging/link.ts";
import type { Clock, Random } from "../ports/clock.ts";
import type { EventBus } from "../ports/events.ts";
import type { Outcome, Way } from "../ports/routing.ts";
import type { Connection } from "../ports/transport.ts";
import { handshakeTimeoutMs, shakeHands } from "./dial.ts";

export interface DoormanRooms {
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EventBus;
  readonly door: Door;
  readonly book: ConnectionBook;
  readonly links: LinkFactory;
  readonly record: (outcome: Outcome) => void;
}

/** A connection on the doorstep. */
interface Guest {
  readonly connection: Connection;
  readonly leave: AbortController;
  readonly cameAt: number;
}

/**
 * Lets inbound connections in once they have proven who they are. What costs nothing comes first: range and rate before the
 * first byte, then size, magic, version and network, and only then keys and signatures.
 */
export class Doorman {
  readonly #rooms: DoormanRooms;
  readonly #pending: PendingPool<Guest>;
  readonly #turnstile: Turnstile;
  #stopped: { readonly reason: unknown } | undefined;

  constructor(rooms: DoormanRooms) {
    this.#rooms = rooms;
    this.#pending = new PendingPool(maxPendingHandshakes, rooms.random);
    this.#turnstile = new Turnstile(rooms.clock, answerTurns);
  }

  /** Handshakes under way. */
  get pending(): number {
    return this.#pending.size;
  }

  open(): void {
    this.#stopped = undefined;
  }

  close(reason: unknown): void {
    this.#stopped = { reason };
    this.turnAway(() => true, reason);
  }

  /** Ends the handshakes of those on the doorstep who are meant. */
  turnAway(isMeant: (connection: Connection) => boolean, reason: unknown): void {
    for (const { connection, leave } of this.#pending.entries()) if (isMeant(connection)) leave.abort(reason);
  }

  /** Takes a connection that a transport accepted. Never throws. */
  admit(connection: Connection): void {
    if (this.#stopped !== undefined) return void connection.close("the node is stopping");
    const refusal = this.#rooms.door.admit(connection);
    if (refusal !== undefined) {
      void connection.close(refusal.code);
      return this.#tell(connection, refusal.code, refusal.detail);
    }
    if (!this.#rooms.book.roomy) return void connection.close("no room for another connection");
    const guest = { connection, leave: new AbortController(), cameAt: this.#rooms.clock.now() };
    const { range, relay } = originOf(connection);
    const gone = this.#pending.add(guest, range ?? relay ?? "");
    gone?.leave.abort(new SwarmError("DOOR_BUSY", "another handshake took its place"));
    void this.#greet(guest);
  }

  async #greet(guest: Guest): Promise<void> {
    const { connection } = guest;
    const { clock, links } = this.#rooms;
    let third: Disposable | undefined;
    const onGreeted = async () => {
      await this.#turn(guest);
      third = clock.timer(thirdMessageMs, () =>
        guest.leave.abort(
          new SwarmError("HANDSHAKE_TIMEOUT", `the third message did not come within ${thirdMessageMs} ms`),
        ),
      );
    };
    try {
      const link = await shakeHands(connection, links, clock, guest.leave.signal, { initiator: false, onGreeted });
      guest.leave.signal.throwIfAborted();
      this.#welcome(connection, link);
    } catch (error) {
      void connection.close(codeOf(error, "HANDSHAKE_FAILED"));
      if (this.#stopped !== undefined) return;
      this.#blame(guest, codeOf(error, "HANDSHAKE_FAILED"));
      this.#tell(connection, codeOf(error, "HANDSHAKE_FAILED"), describeError(error));
    } finally {
      third?.[Symbol.dispose]();
      this.#pending.delete(guest);
      // Whoever gave up while it waited takes no turn from those behind it.
      guest.leave.abort(new SwarmError("HANDSHAKE_FAILED", "the handshake is over"));
    }
  }

  /** Waits for its turn, as long as the connection stands: nobody else looks at it meanwhile. */
  async #turn({ connection, leave }: Guest): Promise<void> {
    let waiting = true;
    void connection.closed.then(({ detail }) => {
      if (waiting)
        leave.abort(new SwarmError("HANDSHAKE_FAILED", `the connection ended during the handshake: ${detail}`));
    });
    try {
      await this.#turnstile.pass(leave);
      leave.signal.throwIfAborted();
    } finally {
      waiting = false;
    }
  }

  #welcome(connection: Connection, link: Link): void {
    const { book, door, record } = this.#rooms;
    const refusal = door.welcome(link.peer, connection);
    if (refusal !== undefined) {
      farewell(link, refusal.code);
      throw new SwarmError(refusal.code, refusal.detail);
    }
    door.proved(connection);
    this.#turnstile.credit();
    const way: Way = {
      peer: link.peer,
      transport: connection.transport,
      road: connection.road,
      connected: true,
      ...(connection.rendezvous === undefined ? {} : { rendezvous: connection.rendezvous }),
    };
    record({ kind: "inbound", way });
    book.add(link, way, true);
  }

  /** What fails because this process stood still is nobody's fault. */
  #blame({ connection, cameAt }: Guest, code: string): void {
    const offence = handshakeOffence(code);
    const stalled = this.#rooms.clock.now() - cameAt > handshakeTimeoutMs + ownStallMs;
    if (offence !== undefined && !stalled) this.#rooms.door.offend(offence, { remote: connection });
  }

  #tell(connection: Connection, code: string, detail: string): void {
    const { transport, remote } = connection;
    this.#rooms.events.emit("frame:rejected", { transport, remote, code, detail });
  }
}
