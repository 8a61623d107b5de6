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
  #aside: Promise<void> | undefined;

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
    if (this.#state === "started" && this.#stopping === undefined) return Promise.resolve();
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

  /**
   * Runs `task` while all steps are started and stay so: behind a start or stop under way, before the next stop, which calls it off.
   * One at a time. False: they are not started, and it did not run. Rejects as `task` does.
   */
  async aside(task: (o: SignalOptions) => Promise<void>): Promise<boolean> {
    for (let busy = this.#busy; busy !== undefined; busy = this.#busy) await busy.catch(() => {});
    if (this.#state !== "started") return false;
    const cancel = new AbortController();
    this.#cancel = cancel;
    const running = task({ signal: cancel.signal });
    this.#aside = running.catch(() => {});
    await running.finally(() => {
      this.#aside = undefined;
    });
    return true;
  }

  get #busy(): Promise<void> | undefined {
    return this.#starting ?? this.#stopping;
  }

  /** Stops all steps in reverse, each within its time. Cancels a start under way. Twice is harmless. Never rejects. */
  stop(): Promise<void> {
    const starting = this.#starting;
    if (starting === undefined && this.#stopping !== undefined) return this.#stopping;
    if (starting === undefined && this.#state === "stopped") return Promise.resolve();
    this.#cancel?.abort(new SwarmError("SWARM_STOPPED", "The node was stopped meanwhile."));
    this.#starting = undefined;
    const stopping = Promise.resolve(starting)
      .catch(() => {}) // whoever called `start` hears of it
      .then(() => this.#aside)
      .then(() => (this.#state === "started" ? this.#stopAll() : undefined))
      .finally(() => {
        if (this.#stopping === stopping) this.#stopping = undefined;
      });
    this.#stopping = stopping;
    return stopping;
  }

  async #startAll(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#state = "starting";
    try {
      await startSteps(this.#steps, { ...this.#o, signal, onStopping: () => this.#become("stopping") });
      this.#state = "started";
    } catch (error) {
      this.#state = "stopped";
      throw error;
    }
  }

  #become(state: LifecycleState): void {
    this.#state = state;
  }

  async #stopAll(): Promise<void> {
    this.#state = "stopping";
    await stopSteps(this.#steps, this.#o);
    this.#state = "stopped";
  }
}

export interface StartOptions extends LifecycleOptions, SignalOptions {
  /** One failed, or the signal aborted: what had started is about to be stopped. */
  onStopping?(): void;
}

/** Starts steps in order. One that fails, or an abort, stops what had started and that step, in reverse. @throws as `Lifecycle.start` */
export async function startSteps(steps: readonly LifecycleStep[], o: StartOptions): Promise<void> {
  const { clock, signal } = o;
  for (const [index, step] of steps.entries()) {
    const ended = await runBounded((own) => step.start(own), { clock, timeoutMs: step.startTimeoutMs, signal });
    if (ended.kind === "done") continue;
    o.onStopping?.();
    await stopSteps(steps.slice(0, index + 1), o);
    if (ended.kind === "aborted") throw signal.reason;
    throw ended.kind === "timeout" ? timeoutError(step, "start", step.startTimeoutMs) : startError(step, ended.error);
  }
}

/** Stops steps in reverse, each within its time. Never rejects. */
export async function stopSteps(
  steps: readonly LifecycleStep[],
  { clock, onStopFailed }: LifecycleOptions,
): Promise<void> {
  for (const step of steps.toReversed()) {
    const timeoutMs = step.stopTimeoutMs;
    const ended = await runBounded((own) => step.stop(own), { clock, timeoutMs });
    if (ended.kind === "done" || ended.kind === "aborted") continue;
    try {
      onStopFailed(
        step.name,
        ended.kind === "timeout" ? timeoutError(step, "stop", timeoutMs) : stopError(step, ended.error),
      );
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
