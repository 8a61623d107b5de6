import type { PortContainer } from "../assembly/port-container.ts";
import { roomPorts as rooms } from "../assembly/room-ports.ts";
import type { LiveLink } from "../messaging/live-link.ts";
import { ports } from "../ports/ports.ts";
import type { SignalOptions, TransportId } from "../ports/transport.ts";
import { pause } from "../system/pause.ts";

export interface DrainOptions extends SignalOptions {
  /** Milliseconds. */
  readonly withinMs: number;
}

/** How often it is looked whether the last answer has come, in milliseconds. */
const lookMs = 25;

/**
 * Takes the links of some transports out of use: nothing new goes out on them, and what is out may still be answered. Resolves
 * when all is, or when the time for it is over: then other ways bring it. @throws the signal's reason; the links carry on
 */
export async function drain(c: PortContainer, transports: ReadonlySet<TransportId>, o: DrainOptions): Promise<void> {
  const { signal, withinMs } = o;
  const [book, outbox, clock] = [c.get(rooms.book), c.get(rooms.outbox), c.get(ports.clock)];
  const retired = new Set<LiveLink>();
  const retire = () => {
    for (const live of book.linksBy(transports)) {
      // Who lost a glare closes anyway.
      if (live.retired) continue;
      live.retired = true;
      retired.add(live);
    }
  };
  // A handshake may end meanwhile.
  const undo = c.get(ports.events).on("connection:open", retire);
  retire();
  c.get(rooms.connector).leave(transports);
  const until = clock.now() + withinMs;
  const isOut = () =>
    [...retired].some((live) => !live.closed && outbox.correspondents.find(live.link.peer)?.isAwaiting(live));
  while (!signal.aborted && clock.now() < until && isOut()) await pause(clock, lookMs, signal);
  undo();
  if (!signal.aborted) return;
  for (const live of retired) {
    live.retired = false;
    const session = book.sessionOf(live);
    if (session !== undefined) outbox.linkOpened(session);
  }
  throw signal.reason;
}
