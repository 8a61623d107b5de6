export type { Check, Choice, Claim, ConformanceForm, SkippedCheck } from "./choice.ts";
export { chooseChecks } from "./choice.ts";
export { type ConformanceTime, clockTime, ReaderThrow, virtualTime } from "./conformance-time.ts";
export {
  type DiscoveryCapabilities,
  type DiscoveryCheck,
  type DiscoveryConformanceOptions,
  type DiscoveryHarness,
  type DiscoveryLimits,
  type DiscoveryNode,
  discoveryChecks,
  discoveryConformance,
  runDiscoveryCheck,
} from "./discovery.ts";
export { type Alteration, alterTransport, type FlawedTransport } from "./flawed/altered-transport.ts";
export {
  type FlawedDiscoverySource,
  flawedDiscoverySources,
  spoilDiscoverySource,
} from "./flawed/discovery-sources.ts";
export { type FlawedMailbox, flawedMailboxes, spoilMailbox } from "./flawed/mailboxes.ts";
export { flawedTransports } from "./flawed/transports.ts";
export {
  type MailboxCapabilities,
  type MailboxCheck,
  type MailboxConformanceOptions,
  type MailboxHarness,
  type MailboxLimits,
  type MailboxNode,
  mailboxChecks,
  mailboxConformance,
  runMailboxCheck,
} from "./mailbox.ts";
export type { WaitLimits } from "./patience.ts";
export type { ConformanceRunner } from "./runner.ts";
export {
  runStoreCheck,
  type StoreCapabilities,
  type StoreCheck,
  type StoreConformanceOptions,
  type StoreHarness,
  storeChecks,
  storeConformance,
} from "./store.ts";
export {
  runTransportCheck,
  type TransportCapabilities,
  type TransportCheck,
  type TransportConformanceOptions,
  type TransportHarness,
  type TransportLimits,
  type TransportNode,
  transportChecks,
  transportConformance,
} from "./transport.ts";
