import type { Clock, PeerId, Random, Sighting } from "@swarm-space/core";
import type { PeerjsConfig } from "./config.ts";
import { fetchPeerList } from "./peer-list.ts";
import { addressAt, peerOf } from "./peerjs-id.ts";
import type { Place } from "./place.ts";
import type { Registration } from "./registration.ts";
import type { ServerAddress } from "./server-url.ts";

export interface MeetingParts {
  readonly self: PeerId;
  readonly place: Place;
  readonly config: PeerjsConfig;
  readonly clock: Clock;
  readonly random: Random;
  /** The ids where nodes of this network meet. */
  readonly ids: readonly string[];
  /** The transport closes. */
  readonly closing: AbortSignal;
  register(place: Place, id: string): Registration;
  tell(sighting: Sighting): void;
  /** Whether a connection that was dialled by this id stands. */
  isConnectedBy(server: ServerAddress, id: string): boolean;
}

/** A first round, once the server is there. */
const soonMs = 200;

/**
 * Finds others at one server, round after round: by its list, and by the rendezvous ids. Of these a node takes the first that
 * is free, and is dialled there as anywhere; whom it finds in the others, it dials.
 */
export class Meeting {
  readonly #parts: MeetingParts;
  #held: Registration | undefined;
  #timer: Disposable | undefined;
  #round: Promise<void> = Promise.resolve();
  #isListOff: boolean;

  constructor(parts: MeetingParts) {
    this.#parts = parts;
    this.#isListOff = !parts.config.listPeers;
  }

  /** The rendezvous id that this node holds. */
  get held(): Registration | undefined {
    return this.#held;
  }

  /** The place at the server is there: the first round begins soon, later ones by themselves. */
  begin(): void {
    this.#next(soonMs);
  }

  /** After `closing` aborted. */
  async close(): Promise<void> {
    this.#timer?.[Symbol.dispose]();
    await this.#round;
    await this.#held?.close();
  }

  /** Between half and one and a half of the time, so that many do not come at once. */
  #next(aboutMs: number): void {
    const { clock, random, config, closing } = this.#parts;
    if (closing.aborted) return;
    this.#timer?.[Symbol.dispose]();
    this.#timer = clock.timer((0.5 + random.float()) * aboutMs, () => {
      this.#round = this.#round.then(() => this.#look()).finally(() => this.#next(config.rendezvous.everyMs));
    });
  }

  /** Never rejects. */
  async #look(): Promise<void> {
    if (this.#parts.place.registration === undefined) return;
    await this.#list();
    const { ids, place, isConnectedBy, closing } = this.#parts;
    for (const id of ids) {
      if (closing.aborted || this.#held?.id === id || isConnectedBy(place.server, id)) continue;
      const isFree = this.#held === undefined && (await this.#take(id));
      if (!isFree) this.#tell(id);
    }
  }

  /** True: it was free, and is ours now. */
  async #take(id: string): Promise<boolean> {
    const { place, register, closing: signal } = this.#parts;
    const registration = register(place, id);
    try {
      await registration.opened({ signal });
    } catch {
      return false;
    }
    this.#held = registration;
    void registration.ended.then(() => {
      this.#held = undefined;
    });
    return true;
  }

  async #list(): Promise<void> {
    if (this.#isListOff) return;
    const { place, self } = this.#parts;
    try {
      const found = await fetchPeerList(place.server, this.#parts);
      this.#isListOff = found === undefined;
      for (const id of found ?? []) {
        const peer = peerOf(id);
        if (peer !== undefined && peer !== self) this.#tell(id, { peer });
      }
    } catch {
      // The place itself tells that the server is away.
    }
  }

  #tell(id: string, who: Pick<Sighting, "peer"> = {}): void {
    const { place, tell } = this.#parts;
    tell({ ...who, addresses: [addressAt(place.server, id)], source: "peerjs" });
  }
}
