import type { AddressBook } from "../connecting/address-book.ts";
import type { Connector } from "../connecting/connector.ts";
import type { DiscoveryRoom } from "../connecting/discovery-room.ts";
import type { Doorman } from "../connecting/doorman.ts";
import type { PeerBookJournal } from "../connecting/peer-book-journal.ts";
import type { RaceRule } from "../connecting/race-delay.ts";
import type { SleepWatch } from "../connecting/sleep-watch.ts";
import type { Switchboard } from "../connecting/switchboard.ts";
import type { TransportRoom } from "../connecting/transport-room.ts";
import type { Verdicts } from "../connecting/verdicts.ts";
import type { Door } from "../door/door.ts";
import type { DoorJournal } from "../door/door-journal.ts";
import type { CardBook } from "../mail/card-book.ts";
import type { MailIn } from "../mail/mail-in.ts";
import type { MailOut } from "../mail/mail-out.ts";
import type { SealRoom } from "../mail/seal-room.ts";
import type { Acknowledgements } from "../messaging/acknowledgements.ts";
import type { AssemblyBook } from "../messaging/assembly-book.ts";
import type { Carrier } from "../messaging/carrier.ts";
import type { ChannelBook } from "../messaging/channel-book.ts";
import type { ConnectionBook } from "../messaging/connection-book.ts";
import type { Dispatcher } from "../messaging/dispatcher.ts";
import type { DoubtWatch } from "../messaging/doubt-watch.ts";
import type { Inbox } from "../messaging/inbox.ts";
import type { OutboxJournal } from "../messaging/journal/outbox-journal.ts";
import type { SeenJournal } from "../messaging/journal/seen-journal.ts";
import type { Ledger } from "../messaging/ledger.ts";
import type { LetterDesk } from "../messaging/letter-desk.ts";
import type { MessagingOptions } from "../messaging/limits.ts";
import type { LinkFactory } from "../messaging/link.ts";
import type { LinkWatch } from "../messaging/link-watch.ts";
import type { MessagePool } from "../messaging/message-pool.ts";
import type { NodeInstance } from "../messaging/node-instance.ts";
import type { OrderDesk } from "../messaging/order-desk.ts";
import type { Outbox } from "../messaging/outbox.ts";
import type { RequestDesk } from "../messaging/request-desk.ts";
import { definePort } from "../ports/port.ts";
import type { StrictVerifier } from "../security/ed25519-strict.ts";
import type { LetterHpke } from "../security/letter-hpke.ts";
import type { TransportJournal } from "../status/transport-journal.ts";
import type { NetworkSignal } from "../system/network-signal.ts";

/** What the node was configured with, as its rooms need it. */
export interface NodeOptions {
  readonly network: string;
  readonly messaging: MessagingOptions;
  readonly openTimeoutMs: number;
}

/** The kernel's own rooms. Tests and applications may put another in a room's place before the node is made. */
export const roomPorts = Object.freeze({
  door: definePort<Door>("room.door"),
  options: definePort<NodeOptions>("room.options"),
  instance: definePort<NodeInstance>("room.instance"),
  verdicts: definePort<Verdicts>("room.verdicts"),
  verifier: definePort<StrictVerifier>("room.verifier"),
  outboxJournal: definePort<OutboxJournal>("room.outbox-journal"),
  seenJournal: definePort<SeenJournal>("room.seen-journal"),
  orders: definePort<OrderDesk>("room.orders"),
  requests: definePort<RequestDesk>("room.requests"),
  desk: definePort<LetterDesk>("room.letter-desk"),
  doorJournal: definePort<DoorJournal>("room.door-journal"),
  ledger: definePort<Ledger>("room.ledger"),
  assemblies: definePort<AssemblyBook>("room.assemblies"),
  pool: definePort<MessagePool>("room.message-pool"),
  channels: definePort<ChannelBook>("room.channels"),
  dispatcher: definePort<Dispatcher>("room.dispatcher"),
  book: definePort<ConnectionBook>("room.connections"),
  outbox: definePort<Outbox>("room.outbox"),
  acknowledgements: definePort<Acknowledgements>("room.acknowledgements"),
  inbox: definePort<Inbox>("room.inbox"),
  carrier: definePort<Carrier>("room.carrier"),
  linkWatch: definePort<LinkWatch>("room.link-watch"),
  doubts: definePort<DoubtWatch>("room.doubts"),
  cards: definePort<CardBook>("room.cards"),
  letterHpke: definePort<LetterHpke>("room.letter-hpke"),
  seals: definePort<SealRoom>("room.seals"),
  mailOut: definePort<MailOut>("room.mail-out"),
  mailIn: definePort<MailIn>("room.mail-in"),
  peerJournal: definePort<PeerBookJournal>("room.peer-journal"),
  addresses: definePort<AddressBook>("room.addresses"),
  links: definePort<LinkFactory>("room.links"),
  network: definePort<NetworkSignal>("room.network"),
  switchboard: definePort<Switchboard>("room.switchboard"),
  sleepWatch: definePort<SleepWatch>("room.sleep-watch"),
  raceRule: definePort<RaceRule>("room.race-rule"),
  connector: definePort<Connector>("room.connector"),
  doorman: definePort<Doorman>("room.doorman"),
  transports: definePort<TransportRoom>("room.transports"),
  discovery: definePort<DiscoveryRoom>("room.discovery"),
  journal: definePort<TransportJournal>("room.journal"),
});
