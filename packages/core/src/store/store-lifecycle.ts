import { codeOf, describeError, SwarmError } from "../errors/index.ts";
import type { SignalOptions } from "../ports/transport.ts";

/** What a durable store opens and closes. */
export interface StoreMedium<Resource> {
  /** Path or database name, for errors. */
  readonly name: string;
  /** Aborted: rejects and leaves nothing half-open. */
  open(o: SignalOptions): Promise<Resource>;
  close(resource: Resource): Promise<void>;
}

type State<Resource> =
  | { readonly kind: "idle" }
  | {
      readonly kind: "opening";
      readonly calls: Set<object>;
      readonly abort: AbortController;
      readonly opened: Promise<Resource>;
    }
  | { readonly kind: "open"; readonly resource: Resource }
  | { readonly kind: "failed"; readonly error: unknown }
  | {
      readonly kind: "closing";
      readonly closed: Promise<void>;
      readonly draining: { readonly resource: Resource } | undefined;
    }
  | { readonly kind: "closed" };

const maxWaiting = 10_000;

/** Opens once, closes once, and lets those wait who come before. Shared by stores that open asynchronously. */
export class StoreLifecycle<Resource> {
  readonly #medium: StoreMedium<Resource>;
  readonly #waiting = new Set<PromiseWithResolvers<Resource>>();
  #state: State<Resource> = { kind: "idle" };

  constructor(medium: StoreMedium<Resource>) {
    this.#medium = medium;
  }

  get opened(): boolean {
    return this.#state.kind === "open" || this.#state.kind === "opening";
  }

  /** Several callers share one opening; it is called off when the last of them is aborted. */
  async open({ signal }: SignalOptions): Promise<void> {
    signal.throwIfAborted();
    await this.#settled();
    if (this.#state.kind === "open") return;
    const opening = this.#state.kind === "opening" ? this.#state : this.#begin();
    const call = {};
    opening.calls.add(call);
    const aborted = Promise.withResolvers<never>();
    const onAbort = () => {
      aborted.reject(signal.reason);
      opening.calls.delete(call);
      if (opening.calls.size === 0) opening.abort.abort(signal.reason);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      if (signal.aborted) onAbort();
      await Promise.race([opening.opened, aborted.promise]);
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  /**
   * The resource, as soon as it is open.
   * @throws SwarmError `STORE_CLOSED`, `STORE_BUSY`, or what the opening failed with
   */
  use(): Promise<Resource> | Resource {
    this.check();
    const state = this.#state;
    if (state.kind === "open") return state.resource;
    if (this.#waiting.size >= maxWaiting) {
      throw new SwarmError("STORE_BUSY", `${maxWaiting} calls wait for "${this.#medium.name}" to be opened`, {
        detail: { maxWaiting },
      });
    }
    const waiting = Promise.withResolvers<Resource>();
    this.#waiting.add(waiting);
    return waiting.promise;
  }

  /** As `use`, for writes that were taken before `close`: they are still given the resource while it drains. */
  useQueued(): Promise<Resource> | Resource {
    return this.#state.kind === "closing" && this.#state.draining !== undefined
      ? this.#state.draining.resource
      : this.use();
  }

  /**
   * Throws where `use` would at once.
   * @throws SwarmError `STORE_CLOSED`, or what the opening failed with
   */
  check(): void {
    const { kind } = this.#state;
    if (this.#state.kind === "failed") throw this.#failure(this.#state.error);
    if (kind === "closed" || kind === "closing") throw this.#closedError();
  }

  /** Lets `drain` end what was begun, then closes. */
  async close(drain: () => Promise<void> = async () => {}): Promise<void> {
    const state = this.#state;
    if (state.kind === "closed") return;
    if (state.kind === "closing") return state.closed;
    const closed = Promise.withResolvers<void>();
    // Whoever closes second is told as well; nobody has to.
    closed.promise.catch(() => undefined);
    this.#state = {
      kind: "closing",
      closed: closed.promise,
      draining: state.kind === "open" ? { resource: state.resource } : undefined,
    };
    try {
      await this.#end(state, drain);
      closed.resolve();
    } catch (error) {
      closed.reject(error);
      throw error;
    } finally {
      this.#state = { kind: "closed" };
    }
  }

  /** Waits for what is being undone. */
  async #settled(): Promise<void> {
    while (true) {
      const state = this.#state;
      if (state.kind === "closing") await state.closed.catch(() => undefined);
      else if (state.kind === "opening" && state.abort.signal.aborted) await state.opened.catch(() => undefined);
      else return;
    }
  }

  #begin(): State<Resource> & { kind: "opening" } {
    const abort = new AbortController();
    const opened = this.#openUnlessAborted(abort.signal);
    const opening = { kind: "opening" as const, calls: new Set<object>(), abort, opened };
    this.#state = opening;
    opened.then(
      (resource) => this.#settle(opening, { kind: "open", resource }),
      (error: unknown) => this.#settle(opening, abort.signal.aborted ? { kind: "idle" } : { kind: "failed", error }),
    );
    return opening;
  }

  async #openUnlessAborted(signal: AbortSignal): Promise<Resource> {
    const resource = await this.#medium.open({ signal });
    if (!signal.aborted) return resource;
    await this.#medium.close(resource);
    throw signal.reason;
  }

  #settle(opening: State<Resource>, next: State<Resource>): void {
    // Closed meanwhile.
    if (this.#state !== opening) return;
    this.#state = next;
    if (next.kind === "idle") return;
    for (const waiting of this.#waiting) {
      if (next.kind === "open") waiting.resolve(next.resource);
      else if (next.kind === "failed") waiting.reject(this.#failure(next.error));
    }
    this.#waiting.clear();
  }

  async #end(state: State<Resource>, drain: () => Promise<void>): Promise<void> {
    for (const waiting of this.#waiting) waiting.reject(this.#closedError());
    this.#waiting.clear();
    if (state.kind === "opening") {
      state.abort.abort(this.#closedError());
      await state.opened.catch(() => undefined);
    }
    await drain();
    if (state.kind === "open") await this.#medium.close(state.resource);
  }

  #failure(error: unknown): SwarmError {
    if (SwarmError.is(error)) return error;
    return new SwarmError(
      codeOf(error, "STORE_FAILED"),
      `"${this.#medium.name}" could not be opened: ${describeError(error)}`,
      { cause: error },
    );
  }

  #closedError(): SwarmError {
    return new SwarmError("STORE_CLOSED", `the store "${this.#medium.name}" is closed`, {
      detail: { store: this.#medium.name },
    });
  }
}
