import type { LoadKernel } from "../planted.ts";
import type { RelayRooms } from "./relay-place.ts";

/** The driver's relay without its server, from wherever `load` finds files. */
export async function loadRelay(load: LoadKernel): Promise<RelayRooms> {
  const [{ RelayCore }, { RelayPeer }, { IdSource }, { settle }, { createGuard, relayLimits }] = await Promise.all(
    ["relay/relay-core", "relay/relay-peer", "id-source", "relay/options", "guard"].map((file) =>
      load(`gun-driver/${file}`),
    ),
  );
  return { RelayCore, RelayPeer, IdSource, settle, clientGuard: () => createGuard(relayLimits) };
}
