import type { Clock, Random } from "./clock.ts";
import type { CryptoSuite } from "./crypto-suite.ts";
import type { Discovery, DiscoverySource } from "./discovery.ts";
import type { EventBus } from "./events.ts";
import type { Identity } from "./identity.ts";
import type { Logger } from "./logger.ts";
import type { Mailbox } from "./mailbox.ts";
import { defineManyPort, definePort } from "./port.ts";
import type { Dialer, Guard, RoutePolicy } from "./routing.ts";
import type { Store } from "./store.ts";
import type { SyncChannel } from "./sync-channel.ts";
import type { Transport } from "./transport.ts";

/** The kernel's doors. A new one needs three would-be users and a decision record. */
export const ports = Object.freeze({
  transport: defineManyPort<Transport>("transport"),
  mailbox: defineManyPort<Mailbox>("mailbox"),
  discoverySource: defineManyPort<DiscoverySource>("discovery-source"),
  discovery: definePort<Discovery>("discovery"),
  // biome-ignore lint/suspicious/noExplicitAny: channels of different messages stand in one list; each validates its own
  syncChannel: defineManyPort<SyncChannel<any>>("sync-channel"),
  routes: definePort<RoutePolicy>("routes"),
  guard: definePort<Guard>("guard"),
  dialer: definePort<Dialer>("dialer"),
  clock: definePort<Clock>("clock"),
  random: definePort<Random>("random"),
  store: definePort<Store>("store"),
  cryptoSuite: definePort<CryptoSuite>("crypto-suite"),
  identity: definePort<Identity>("identity"),
  logger: definePort<Logger>("logger"),
  events: definePort<EventBus>("events"),
});
