import type { EventName, SwarmEvents } from "../ports/events.ts";
import type { PeerId } from "../ports/identity.ts";
import type { Transport } from "../ports/transport.ts";

/** A late listener hears the present state as if it had listened from the start. */
export function replayState<Name extends EventName>(
  name: Name,
  listener: (detail: SwarmEvents[Name]) => void,
  now: { readonly peers: readonly PeerId[]; readonly transports: readonly Transport[] },
): void {
  const replays: { [Each in EventName]?: readonly SwarmEvents[Each][] } = {
    "peer:connect": now.peers.map((peer) => ({ peer })),
    "transport:state": now.transports.map(({ id, state, lastError }) => ({ transport: id, state, lastError })),
  };
  for (const detail of replays[name] ?? []) listener(detail);
}
