import { type Clock, describeError, type PeerId, type Random, SwarmError } from "@swarm-space/core";
import { backoffDelay } from "./backoff.ts";
import type { PeerjsConfig } from "./config.ts";
import { furtherId } from "./peerjs-id.ts";
import type { Registration } from "./registration.ts";
import type { ServerAddress } from "./server-url.ts";

export interface PlaceParts {
  readonly self: PeerId;
  readonly server: ServerAddress;
  readonly config: PeerjsConfig;
  readonly clock: Clock;
  readonly random: Random;
  /** The transport closes. */
  readonly closing: AbortSignal;
  register(server: ServerAddress, id: string): Registration;
  /** It is there anew. */
  onTaken(place: Place): void;
  onChange(): void;
}

/** This node's own place at one server: taken again, ever more calmly, when it is lost. */
export class Place {
  readonly server: ServerAddress;
  readonly #parts: PlaceParts;
  #registration: Registration | undefined;
  #attempt: Promise<void> = Promise.resolve();
  #timer: Disposable | undefined;
  #failures = 0;
  #isTaken = false;
  #isTried = false;
  #lastError: string | undefined;

  constructor(parts: PlaceParts) {
    this.#parts = parts;
    this.server = parts.server;
  }

  /** There, and so to dial by. */
  get registration(): Registration | undefined {
    return this.#registration;
  }

  /** The first dial is over. */
  get isTried(): boolean {
    return this.#isTried;
  }

  get lastError(): string | undefined {
    return this.#lastError;
  }

  open(): void {
    this.#attempt = this.#take();
  }

  /** This node slept, or its network is another: what it waits for is tried anew, and what stands must show that it does. */
  woke(): void {
    this.#registration?.woke();
    if (this.#timer === undefined) return;
    this.#timer[Symbol.dispose]();
    this.#failures = 0;
    this.open();
  }

  /** After `closing` aborted. */
  async close(): Promise<void> {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    await this.#attempt;
    const registration = this.#registration;
    this.#registration = undefined;
    await registration?.close();
  }

  async #take(): Promise<void> {
    const { self, random, register, onTaken, onChange, closing: signal } = this.#parts;
    this.#timer = undefined;
    const registration = register(this.server, this.#isTaken ? furtherId(self, random) : self);
    try {
      await registration.opened({ signal });
    } catch (error) {
      await registration.close();
      if (signal.aborted) return;
      return this.#failed(error);
    }
    this.#isTried = true;
    this.#failures = 0;
    this.#isTaken = false;
    this.#lastError = undefined;
    this.#registration = registration;
    void registration.ended.then(() => this.#lost(registration));
    onTaken(this);
    onChange();
  }

  #failed(error: unknown): void {
    const { clock, config, random, onChange } = this.#parts;
    this.#isTried = true;
    // Another instance is there, or what is left of an earlier one: nobody's failure.
    const isNew = SwarmError.is(error, "PEERJS_ID_TAKEN") && !this.#isTaken;
    this.#isTaken = isNew;
    if (isNew) return this.open();
    this.#failures += 1;
    this.#lastError = describeError(error);
    this.#timer = clock.timer(backoffDelay(config, this.#failures, random.float()), () => this.open());
    onChange();
  }

  #lost(registration: Registration): void {
    if (this.#registration !== registration) return;
    this.#registration = undefined;
    void registration.close();
    if (!this.#parts.closing.aborted) this.#failed(registration.why);
  }
}
