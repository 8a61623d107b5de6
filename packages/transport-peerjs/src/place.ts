import { describeError, SwarmError } from "@swarm-space/core";
import { backoffDelay } from "./backoff.ts";
import { Meeting, type MeetingParts } from "./meeting.ts";
import { furtherId } from "./peerjs-id.ts";
import type { Registration } from "./registration.ts";
import type { ServerAddress } from "./server-url.ts";

export interface PlaceParts extends Omit<MeetingParts, "place"> {
  readonly server: ServerAddress;
  onChange(): void;
}

/** This node's own place at one server: taken again, ever more calmly, when it is lost. */
export class Place {
  readonly server: ServerAddress;
  /** Whom it finds there. */
  readonly meeting: Meeting;
  readonly #parts: PlaceParts;
  #registration: Registration | undefined;
  #attempt: Promise<void> = Promise.resolve();
  #timer: Disposable | undefined;
  #failures = 0;
  #lastError: string | undefined;

  constructor(parts: PlaceParts) {
    this.#parts = parts;
    this.server = parts.server;
    this.meeting = new Meeting({ ...parts, place: this });
  }

  /** There, and so to dial by. */
  get registration(): Registration | undefined {
    return this.#registration;
  }

  /** Why it is not there. Undefined: it is, or its first dial is not yet over. */
  get lastError(): string | undefined {
    return this.#lastError;
  }

  open(id = this.#parts.self): void {
    this.#attempt = this.#take(id);
  }

  /** This node slept, or its network is another: what it waits for is tried anew, and what stands must show that it does. */
  woke(): void {
    this.#registration?.woke();
    this.meeting.held?.woke();
    if (this.#timer === undefined) return;
    this.#timer[Symbol.dispose]();
    this.#failures = 0;
    this.open();
  }

  /** After `closing` aborted. */
  async close(): Promise<void> {
    await this.meeting.close();
    this.#timer?.[Symbol.dispose]();
    await this.#attempt;
    await this.#registration?.close();
  }

  async #take(id: string): Promise<void> {
    const { register, onChange, closing: signal } = this.#parts;
    this.#timer = undefined;
    const registration = register(this, id);
    try {
      await registration.opened({ signal });
    } catch (error) {
      return this.#failed(id, error);
    }
    this.#failures = 0;
    this.#lastError = undefined;
    this.#registration = registration;
    void registration.ended.then(() => {
      this.#registration = undefined;
      this.#failed(id, registration.why);
    });
    this.meeting.begin();
    onChange();
  }

  #failed(id: string, error: unknown): void {
    const { self, clock, config, random, closing, onChange } = this.#parts;
    if (closing.aborted) return;
    // Another instance is there, or what is left of an earlier one: nobody's failure.
    if (SwarmError.is(error, "PEERJS_ID_TAKEN") && id === self) return this.open(furtherId(self, random));
    this.#failures += 1;
    this.#lastError = describeError(error);
    this.#timer = clock.timer(backoffDelay(config, this.#failures, random.float()), () => this.open());
    onChange();
  }
}
