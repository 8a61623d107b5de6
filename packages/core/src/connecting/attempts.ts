import { SwarmError } from "../errors/index.ts";
import type { ConnectionBook } from "../messaging/connection-book.ts";
import type { Link } from "../messaging/link.ts";
import type { Random } from "../ports/clock.ts";
import type { EventBus } from "../ports/events.ts";
import type { PeerId } from "../ports/identity.ts";
import type { Permit } from "../ports/routing.ts";
import type { AddressBook } from "./address-book.ts";
import { type DialRooms, dial } from "./dial.ts";
import type { Pursuit } from "./pursuit.ts";
import type { RecordOutcome } from "./verdicts.ts";
import { type DialableWay, wayKey, wayOf } from "./ways.ts";

export interface AttemptRooms extends DialRooms {
  readonly random: Random;
  readonly events: EventBus;
  readonly book: ConnectionBook;
  readonly addresses: AddressBook;
  readonly record: RecordOutcome;
}

const maxDials = 32;

/** Makes dials, tells everybody what became of them, and ends a race when it is won. */
export class Attempts {
  readonly #rooms: AttemptRooms;
  #dials = 0;

  constructor(rooms: AttemptRooms) {
    this.#rooms = rooms;
  }

  /** As many dials are under way as may be. */
  get full(): boolean {
    return this.#dials >= maxDials;
  }

  /** One dial from its permit to its verdict. Never rejects. */
  async make(pursuit: Pursuit, dialable: DialableWay, permit: Permit): Promise<void> {
    const { clock, record } = this.#rooms;
    const { way } = dialable;
    const key = wayKey(way);
    const cancel = new AbortController();
    const beganAt = clock.now();
    pursuit.begin(way, cancel, beganAt);
    this.#dials++;
    const result = await dial(dialable, this.#rooms, cancel.signal);
    this.#dials--;
    pursuit.end(way);
    const at = clock.now();
    if (result.kind !== "connected")
      this.#failed(pursuit, dialable, { permit, beganAt, calledOff: cancel.signal.aborted }, result);
    else if (cancel.signal.aborted) {
      pursuit.note(key, { way, kind: "cancelled", at, calledOff: true });
      record({ kind: "cancelled", way, permit });
      void result.link.close("another way was quicker");
    } else {
      pursuit.note(key, { way, kind: "connected", at });
      record({ kind: "connected", way: { ...way, peer: result.link.peer }, permit });
      this.#won(pursuit, dialable, result.link);
    }
    permit.release();
  }

  #won(pursuit: Pursuit, dialable: DialableWay, link: Link): void {
    const { book } = this.#rooms;
    this.#learn(pursuit, dialable, link.peer);
    if (book.full) return void link.close("too many connections");
    pursuit.wonBy(dialable.way, new SwarmError("DIAL_FAILED", "another way was quicker"));
    book.add(link, wayOf(dialable.way, link.connection), false);
  }

  #failed(
    pursuit: Pursuit,
    dialable: DialableWay,
    { permit, beganAt, calledOff }: { readonly permit: Permit; readonly beganAt: number; readonly calledOff: boolean },
    result: Exclude<Awaited<ReturnType<typeof dial>>, { readonly kind: "connected" }>,
  ): void {
    const { clock, events, record, addresses, random } = this.#rooms;
    const { way, address } = dialable;
    const { code, detail, peer } = result;
    const kind = record({ kind: result.kind, way, permit }, beganAt);
    pursuit.note(wayKey(way), { way, kind, at: clock.now(), code, detail, calledOff }, random.float());
    // By its id the guard knows to leave it alone.
    if (peer !== undefined) this.#learn(pursuit, dialable, peer);
    if (code === "PEER_MISMATCH" && address) {
      addresses.forget(pursuit.target.peer, address);
      pursuit.forget(address);
    }
    if (kind !== "cancelled" || code === "DOOR_BUSY")
      events.emit("dial:failed", { peer: way.peer, transport: way.transport, code, detail });
  }

  /** Notes who is at an address that was dialled without an id. */
  #learn(pursuit: Pursuit, { address }: DialableWay, peer: PeerId): void {
    if (pursuit.target.peer !== undefined || address === undefined) return;
    const { addresses, events } = this.#rooms;
    addresses.identify(peer, address);
    events.emit("peer:identify", { peer, address });
  }
}
