import type { FrameGuard } from "../guard.ts";
import type { IdSource } from "../id-source.ts";
import { RelayLink } from "../relay-link.ts";
import { dialNode } from "./node-socket.ts";
import type { RelaySettings } from "./options.ts";
import type { RelayCore } from "./relay-core.ts";
import { RelayPeer, relayInterests } from "./relay-peer.ts";

/** Another relay, dialled from here for as long as this one runs. */
export function linkTo(
  url: string,
  settings: RelaySettings,
  core: RelayCore,
  guard: FrameGuard,
  ids: IdSource,
): RelayLink {
  const { clock, random, rates, maxBufferedBytes } = settings;
  let neighbour: RelayPeer | undefined;
  return new RelayLink({
    url: `${url}?relay=1`,
    dial: dialNode,
    clock,
    random,
    ids,
    times: { dialTimeoutMs: 5_000, heartbeatMs: 10_000, backoff: { baseMs: 200, capMs: 5_000 } },
    events: {
      onUp: (wire) => {
        // The other relay holds its own reading back by TCP; here its frames are merely counted.
        const socket = { bufferedBytes: 0, send: wire.say, close: wire.bye, pause: wire.bye, resume: wire.bye };
        neighbour = new RelayPeer({
          id: wire.id,
          remote: url,
          isRelay: true,
          guard,
          maxInterests: relayInterests,
          maxBufferedBytes,
          rates,
          clock,
          socket,
        });
        core.join(neighbour);
      },
      onDown: () => {
        if (neighbour) core.leave(neighbour);
        neighbour = undefined;
      },
      onFailed: () => undefined,
      onText: (text) => {
        if (neighbour) core.hear(text, neighbour);
      },
    },
  });
}
