import type { FrameGuard } from "../guard.ts";
import type { IdSource } from "../id-source.ts";
import type { Dial, SocketEvents, TextSocket } from "../socket.ts";
import type { RelaySettings } from "./options.ts";
import type { RelayCore } from "./relay-core.ts";
import { RelayPeer, type RelaySocket } from "./relay-peer.ts";

/** Joins the relay of this process. The same guard and budgets hold as for a socket. */
export function localDial(settings: RelaySettings, core: RelayCore, guard: FrameGuard, ids: IdSource): Dial {
  return (_url, events) => {
    const pair = localPair(
      events,
      (text) => core.hear(text, peer),
      () => core.leave(peer),
    );
    const { clock, rates, maxBufferedBytes, maxInterestsPerClient: maxInterests } = settings;
    const own = { id: ids.next(), remote: "local", isRelay: false, guard, socket: pair.relay };
    const peer = new RelayPeer({ ...own, clock, rates, maxBufferedBytes, maxInterests });
    core.join(peer);
    queueMicrotask(() => events.onOpen());
    return pair.client;
  };
}

/** Both ends of a socket within this process. */
export interface LocalPair {
  readonly client: TextSocket;
  readonly relay: RelaySocket;
}

/**
 * Joins a client and a relay of one process. Texts arrive in order and in a later microtask, as from a socket.
 * @param onText what the client sends, at the relay's end
 * @param onClose at the relay's end, once
 */
export function localPair(events: SocketEvents, onText: (text: string) => void, onClose: () => void): LocalPair {
  const { promise: gone, resolve: settle } = Promise.withResolvers<void>();
  let over = false;
  let paused = false;
  let toRelay: string[] = [];
  let waitingBytes = 0;
  const close = (why: string): void => {
    if (over) return;
    over = true;
    toRelay = [];
    waitingBytes = 0;
    queueMicrotask(() => {
      onClose();
      events.onClose(why);
      settle();
    });
  };
  const flush = (): void => {
    while (!over && !paused) {
      const text = toRelay.shift();
      if (text === undefined) return;
      waitingBytes -= text.length;
      onText(text);
    }
  };
  return {
    client: {
      get bufferedBytes() {
        return waitingBytes;
      },
      send: (text) => {
        if (over) return;
        toRelay.push(text);
        waitingBytes += text.length;
        if (toRelay.length === 1) queueMicrotask(flush);
      },
      close: () => {
        flush();
        close("closed here");
      },
      abort: () => close("cut off here"),
      gone,
    },
    relay: {
      bufferedBytes: 0,
      send: (text) => {
        if (!over) queueMicrotask(() => over || events.onText(text));
      },
      close: (_code, why) => close(why),
      pause: () => {
        paused = true;
      },
      resume: () => {
        paused = false;
        flush();
      },
    },
  };
}
