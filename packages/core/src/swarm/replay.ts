import type { EventName, SwarmEvents } from "../ports/events.ts";
import type { PeerId } from "../ports/identity.ts";
import type { Transport } from "../ports/transport.ts";

/** What a late listener is told, as if it had listened from the start: the present state. Other events have none. */
export function presentState<Name extends EventName>(
  name: Name,
  now: { readonly peers: readonly PeerId[]; readonly transports: readonly Transport[] },
): readonly SwarmEvents[Name][] {
  const replays: { [Each in EventName]?: readonly SwarmEvents[Each][] } = {
    "peer:connect": now.peers.map((peer) => ({ peer })),
    "transport:state": now.transports.map(({ id, state, lastError }) => ({ transport: id, state, lastError })),
  };
  return replays[name] ?? [];
}
