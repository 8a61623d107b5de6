import { SwarmError } from "../errors/index.ts";
import type { Clock, Connection, SignalOptions, TransportId, TransportState } from "../ports/index.ts";
import { deadline } from "../system/deadline.ts";
import { oneAtATime } from "../system/one-at-a-time.ts";
import { Waiters } from "../system/waiters.ts";
import { StateTeller } from "./state-teller.ts";

/** How a transport fares, and why when it does not fare well. */
export interface Condition {
  readonly state: TransportState;
  readonly lastError: string | undefined;
}

/** All that stands between a transport's `open` and its `close`. */
export interface TransportSession {
  readonly condition: Condition;
  close(reason: string): Promise<void>;
}

/** A transport with a new session for each `open`. Opens and closes run one after the other, and twice is harmless. */
export abstract class SessionTransport<Session extends TransportSession> {
  abstract readonly id: TransportId;
  readonly #told = new StateTeller();
  readonly #changes = new Waiters();
  readonly #inTurn = oneAtATime();
  readonly #clock: Clock;
  readonly #openTimeoutMs: number;
  #session: Session | undefined;

  /** @param openTimeoutMs how long `open` waits for the first dials before they go on in the background */
  constructor(clock: Clock, openTimeoutMs: number) {
    this.#clock = clock;
    this.#openTimeoutMs = openTimeoutMs;
  }

  /** What stands between `open` and `close`. */
  get session(): Session | undefined {
    return this.#session;
  }

  get state(): TransportState {
    return this.#told.state;
  }

  get lastError(): string | undefined {
    return this.#told.lastError;
  }

  onState(listener: (state: TransportState) => void): () => void {
    return this.#told.onState(listener);
  }

  /** Resolves when the first dials are over, as the session's condition says, or their time is. */
  async open(accept: (connection: Connection) => void, { signal }: SignalOptions): Promise<void> {
    signal.throwIfAborted();
    await this.#inTurn(async () => {
      if (this.#session) return;
      this.#set("initializing");
      try {
        this.#session = await this.begin(accept);
      } catch (error) {
        this.#set("idle");
        throw error;
      }
      this.tell();
    });
    const patience = deadline(signal, this.#clock, this.#openTimeoutMs);
    await this.until(() => this.state !== "initializing", patience.signal);
    patience[Symbol.dispose]();
    if (signal.aborted) await this.#end("opening was called off");
    signal.throwIfAborted();
  }

  close(_o: SignalOptions): Promise<void> {
    return this.#end("the node stops");
  }

  /** Opens a session. It calls `tell` whenever its condition changed. */
  protected abstract begin(accept: (connection: Connection) => void): Promise<Session>;

  /** @throws SwarmError `TRANSPORT_UNAVAILABLE` it is not open */
  protected get live(): Session {
    if (this.#session) return this.#session;
    throw new SwarmError("TRANSPORT_UNAVAILABLE", `The transport ${this.id} is not open`);
  }

  /** The session's condition is this transport's. */
  protected tell(): void {
    const condition = this.#session?.condition;
    if (condition) this.#set(condition.state, condition.lastError);
  }

  /** Resolves once it holds, or the signal aborts. Asked again at each change. */
  protected async until(holds: () => boolean, signal: AbortSignal): Promise<void> {
    while (!holds() && !signal.aborted) await this.#changes.wait(signal).catch(() => undefined);
  }

  #end(reason: string): Promise<void> {
    return this.#inTurn(async () => {
      const session = this.#session;
      this.#session = undefined;
      await session?.close(reason);
      this.#set("idle");
    });
  }

  #set(state: TransportState, lastError?: string): void {
    this.#told.set(state, lastError);
    this.#changes.wake();
  }
}
