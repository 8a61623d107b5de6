import type { EventBus, EventName, SwarmEvents } from "../ports/events.ts";
import type { PeerId } from "../ports/identity.ts";
import type { Transport } from "../ports/transport.ts";

/** What a late listener is told. */
export interface StateNow {
  readonly peers: readonly PeerId[];
  readonly connections: readonly SwarmEvents["connection:open"][];
  readonly transports: readonly Transport[];
}

/** A late listener hears the present state as if it had listened from the start. What it throws becomes `handler:failed`, as ever. */
export function replayState<Name extends EventName>(
  events: EventBus,
  name: Name,
  listener: (detail: SwarmEvents[Name]) => unknown,
  now: StateNow,
): void {
  const replays: { [Each in EventName]?: readonly SwarmEvents[Each][] } = {
    "peer:connect": now.peers.map((peer) => ({ peer })),
    "connection:open": now.connections,
    "transport:state": now.transports.map(({ id, state, lastError }) => ({ transport: id, state, lastError })),
  };
  const failed = (error: unknown) => events.emit("handler:failed", { where: `listener of "${name}"`, error });
  for (const detail of replays[name] ?? []) {
    try {
      const given = listener(detail);
      if (given instanceof Promise) given.catch(failed);
    } catch (error) {
      failed(error);
    }
  }
}
