import { type Clock, SwarmError } from "@swarm-space/core";
import type { AllFaults } from "./faults.ts";

export interface DialOptions {
  faults(): AllFaults;
  roundTripMs(): number;
  /** Why the rendezvous cannot help now. */
  away(): string | undefined;
  readonly clock: Clock | undefined;
  onChange(listener: () => void): () => void;
  readonly signal: AbortSignal;
}

/** Waits as long as the dial takes, or rejects with its fate. Leaves no timer and no listener. */
export async function dialMemory(o: DialOptions): Promise<void> {
  o.signal.throwIfAborted();
  // A dial is never answered within the call, whatever its fate.
  await Promise.resolve();
  judge(o);
  while (o.faults().dial === "hang") await either(o.signal, (wake) => o.onChange(wake));
  const waitMs = o.roundTripMs();
  const { clock } = o;
  if (waitMs > 0 && clock !== undefined) {
    await either(o.signal, (wake) => {
      const timer = clock.timer(waitMs, wake);
      return () => timer[Symbol.dispose]();
    });
  }
  o.signal.throwIfAborted();
  judge(o);
}

function judge(o: DialOptions): void {
  o.signal.throwIfAborted();
  const away = o.away();
  if (away !== undefined) throw new SwarmError("TRANSPORT_UNAVAILABLE", away);
  const fate = o.faults().dial;
  if (fate === "unavailable") throw new SwarmError("TRANSPORT_UNAVAILABLE", "the rendezvous is away (injected)");
  if (fate === "refuse") throw new SwarmError("DIAL_FAILED", "the dial was refused (injected)");
  if (fate === "absent") throw new SwarmError("PEER_ABSENT", "nobody is there (injected)");
}

/** Resolves at the wake-up, rejects at the abort; both subscriptions are undone. */
export async function either(signal: AbortSignal, subscribe: (wake: () => void) => () => void): Promise<void> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  const unsubscribe = subscribe(resolve);
  try {
    await promise;
  } finally {
    unsubscribe();
    signal.removeEventListener("abort", abort);
  }
}
