import { AddressBook } from "../connecting/address-book.ts";
import { Connector } from "../connecting/connector.ts";
import { DiscoveryRoom } from "../connecting/discovery-room.ts";
import { Doorman } from "../connecting/doorman.ts";
import { raceDelayMs } from "../connecting/race-delay.ts";
import { SleepWatch } from "../connecting/sleep-watch.ts";
import { Switchboard } from "../connecting/switchboard.ts";
import { TransportRoom } from "../connecting/transport-room.ts";
import { guardedByDoor } from "../door/guarded-dials.ts";
import { perPeer } from "../messaging/limits.ts";
import type { DiscoverySource } from "../ports/discovery.ts";
import { ports } from "../ports/ports.ts";
import type { PortContainer } from "./port-container.ts";
import { roomPorts as rooms } from "./room-ports.ts";

/** The rooms that dial, are dialled, and hear of peers. */
export function composeConnecting(c: PortContainer): void {
  const self = () => c.get(ports.identity).id;
  c.provideFactory(
    rooms.addresses,
    () => new AddressBook(c.get(ports.clock), self(), c.get(rooms.options).messaging.maxPeers * perPeer.addresses),
  );
  c.provideFactory(rooms.switchboard, () => new Switchboard());
  c.lend(ports.discoverySource, (source) => whileOn(source, c.get(rooms.switchboard)));
  c.provideFactory(
    rooms.sleepWatch,
    () => new SleepWatch({ clock: c.get(ports.clock), events: c.get(ports.events), network: c.get(rooms.network) }),
  );
  c.provideFactory(
    rooms.doorman,
    () =>
      new Doorman({
        clock: c.get(ports.clock),
        random: c.get(ports.random),
        events: c.get(ports.events),
        door: c.get(rooms.door),
        book: c.get(rooms.book),
        links: c.get(rooms.links),
        record: c.get(rooms.verdicts).record,
      }),
  );
  c.provideFactory(
    rooms.transports,
    () =>
      new TransportRoom({
        clock: c.get(ports.clock),
        events: c.get(ports.events),
        log: c.get(ports.logger),
        transports: c.all(ports.transport),
        isOff: (transport) => c.get(rooms.switchboard).isOff(transport),
        accept: (connection) => c.get(rooms.doorman).admit(connection),
        openTimeoutMs: c.get(rooms.options).openTimeoutMs,
      }),
  );
  c.provideFactory(
    rooms.discovery,
    () =>
      new DiscoveryRoom({
        self: self(),
        clock: c.get(ports.clock),
        events: c.get(ports.events),
        log: c.get(ports.logger),
        addresses: c.get(rooms.addresses),
        switchboard: c.get(rooms.switchboard),
        discovery: c.get(ports.discovery),
        sources: c.all(ports.discoverySource),
        transports: c.all(ports.transport),
        card: () => c.get(rooms.seals).card,
        noteCard: (peer, card) => c.get(rooms.cards).note(peer, card, "discovery"),
      }),
  );
  c.provideFactory(rooms.raceRule, () => raceDelayMs);
  c.provideFactory(rooms.connector, () => {
    const outbox = c.get(rooms.outbox);
    const discovery = c.get(ports.discovery);
    return new Connector({
      self: self(),
      clock: c.get(ports.clock),
      random: c.get(ports.random),
      events: c.get(ports.events),
      guard: guardedByDoor(c.get(ports.guard), c.get(rooms.door), c.get(ports.clock)),
      door: c.get(rooms.door),
      routes: c.get(ports.routes),
      dialer: c.get(ports.dialer),
      raceRule: c.get(rooms.raceRule),
      book: c.get(rooms.book),
      addresses: c.get(rooms.addresses),
      links: c.get(rooms.links),
      record: c.get(rooms.verdicts).record,
      transports: () => c.get(rooms.transports).usable(),
      waiting: (peer) => outbox.waiting(peer).letters,
      seek: (peer) => discovery.seek?.(peer),
      waitingFor: () => outbox.correspondents.waitingFor(),
    });
  });
}

/** A source that says nothing while its plugin is disabled, whoever asks it. */
function whileOn(source: DiscoverySource, switchboard: Switchboard): DiscoverySource {
  return {
    id: source.id,
    async *discover(o) {
      for await (const turn of switchboard.turns(source, o)) yield* source.discover(turn);
    },
  };
}
