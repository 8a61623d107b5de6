import { codeOf, describeError, SwarmError } from "../errors/index.ts";
import type { Clock } from "../ports/clock.ts";
import type { SignalOptions } from "../ports/transport.ts";
import { runBounded } from "./run-bounded.ts";

/** One effect with its undo. */
export interface LifecycleStep {
  /** Named in errors: a plugin's id, or a room's name. */
  readonly name: string;
  start(o: SignalOptions): void | Promise<void>;
  /** Also runs after a failed start, and may run twice. */
  stop(o: SignalOptions): void | Promise<void>;
  /** Milliseconds. */
  readonly startTimeoutMs: number;
  /** Milliseconds. */
  readonly stopTimeoutMs: number;
  /** A part of the kernel, not a plugin: its typed errors are a start's own. */
  readonly kernel?: boolean;
}

export interface LifecycleOptions {
  readonly clock: Clock;
  /** Hears of a `stop` that threw or hung. The rest is stopped all the same. */
  onStopFailed(name: string, error: SwarmError): void;
}

export type LifecycleState = "stopped" | "starting" | "started" | "stopping";

/** Starts steps in order and stops them in reverse. After `stop` it may be started again. */
export class Lifecycle {
  readonly #steps: readonly LifecycleStep[];
  readonly #o: LifecycleOptions;
  #state: LifecycleState = "stopped";
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;
  #cancel: AbortController | undefined;

  constructor(steps: readonly LifecycleStep[], o: LifecycleOptions) {
    this.#steps = [...steps];
    this.#o = o;
  }

  get state(): LifecycleState {
    return this.#state;
  }

  /**
   * Starts all steps. Called again meanwhile, it gives the same promise; called while stopping, it starts afterwards.
   * A failure, or an abort of the signal, stops what had started and the failed step, in reverse, before it rejects.
   * @throws SwarmError `PLUGIN_START_FAILED`, `PLUGIN_TIMEOUT`, `SWARM_STOPPED` (stopped while starting), a kernel step's own; the signal's reason
   */
  start(o: Partial<SignalOptions> = {}): Promise<void> {
    if (this.#starting !== undefined) return this.#starting;
    if (this.#state === "started") return Promise.resolve();
    const cancel = new AbortController();
    this.#cancel = cancel;
    const signal = o.signal === undefined ? cancel.signal : AbortSignal.any([cancel.signal, o.signal]);
    const before = this.#stopping ?? Promise.resolve();
    const starting = before
      .then(() => this.#startAll(signal))
      .finally(() => {
        if (this.#starting === starting) this.#starting = undefined;
      });
    this.#starting = starting;
    return starting;
  }

  /** Stops all steps in reverse, each within its time. Cancels a start under way. Twice is harmless. Never rejects. */
  stop(): Promise<void> {
    const starting = this.#starting;
    if (starting === undefined && this.#stopping !== undefined) return this.#stopping;
    if (starting === undefined && this.#state === "stopped") return Promise.resolve();
    this.#cancel?.abort(new SwarmError("SWARM_STOPPED", "Stopped while it was starting."));
    this.#starting = undefined;
    const stopping = Promise.resolve(starting)
      .catch(() => {}) // whoever called `start` hears of it
      .then(() => (this.#state === "started" ? this.#stopFrom(this.#steps.length - 1) : undefined))
      .finally(() => {
        if (this.#stopping === stopping) this.#stopping = undefined;
      });
    this.#stopping = stopping;
    return stopping;
  }

  async #startAll(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#state = "starting";
    for (const [index, step] of this.#steps.entries()) {
      const ended = await runBounded((o) => step.start(o), {
        clock: this.#o.clock,
        timeoutMs: step.startTimeoutMs,
        signal,
      });
      if (ended.kind === "done") continue;
      await this.#stopFrom(index);
      if (ended.kind === "aborted") throw signal.reason;
      throw ended.kind === "timeout" ? timeoutError(step, "start", step.startTimeoutMs) : startError(step, ended.error);
    }
    this.#state = "started";
  }

  async #stopFrom(last: number): Promise<void> {
    this.#state = "stopping";
    for (const step of this.#steps.slice(0, last + 1).reverse()) {
      const ended = await runBounded((o) => step.stop(o), { clock: this.#o.clock, timeoutMs: step.stopTimeoutMs });
      if (ended.kind === "timeout") this.#report(step, timeoutError(step, "stop", step.stopTimeoutMs));
      if (ended.kind === "failed") this.#report(step, stopError(step, ended.error));
    }
    this.#state = "stopped";
  }

  #report(step: LifecycleStep, error: SwarmError): void {
    try {
      this.#o.onStopFailed(step.name, error);
    } catch {
      // A listener's throw must not keep the rest from being stopped.
    }
  }
}

function startError(step: LifecycleStep, cause: unknown): SwarmError {
  if (step.kernel && SwarmError.is(cause)) return cause;
  return new SwarmError("PLUGIN_START_FAILED", `${step.name} could not start: ${describeError(cause)}`, {
    cause,
    detail: { plugin: step.name, phase: "start", causeCode: codeOf(cause, "UNKNOWN") },
    ...(SwarmError.is(cause) && cause.cure !== "" ? { cure: cause.cure } : {}),
  });
}

function stopError(step: LifecycleStep, cause: unknown): SwarmError {
  return new SwarmError("PLUGIN_STOP_FAILED", `${step.name} could not stop: ${describeError(cause)}`, {
    cause,
    detail: { plugin: step.name, phase: "stop", causeCode: codeOf(cause, "UNKNOWN") },
  });
}

function timeoutError(step: LifecycleStep, phase: "start" | "stop", timeoutMs: number): SwarmError {
  return new SwarmError("PLUGIN_TIMEOUT", `${step.name} did not ${phase} within ${timeoutMs} ms.`, {
    detail: { plugin: step.name, phase, timeoutMs },
    cure: `See whether what ${step.name} needs is reachable; raise its \`${phase}TimeoutMs\` if it is just slow.`,
  });
}
