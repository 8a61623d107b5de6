/**
 * The kernel: ports, plugins, assembly, messaging, status.
 *
 * ```ts
 * import { createSwarm } from "@swarm-space/core";
 * import * as z from "zod";
 *
 * await using swarm = await createSwarm();
 * const chat = swarm.channel({ name: "chat", schema: z.object({ text: z.string() }) });
 * chat.onMessage((message, from) => console.log(from, message.text));
 * await swarm.start();
 * ```
 */
export type { ConfigProblem } from "./assembly/config-problem.ts";
export {
  configSchema,
  type MessagingConfig,
  type PluginEntry,
  pluginEntrySchema,
  type StartConfig,
} from "./assembly/config-schema.ts";
export { defineConfig } from "./assembly/define-config.ts";
export {
  definePlugin,
  isPlugin,
  type PluginDefinition,
  type PluginUse,
  pluginApi,
  use,
} from "./assembly/define-plugin.ts";
export {
  type CheckedPlugin,
  type CheckOptions,
  checkPluginUses,
  type ResolvedConfig,
  type SwarmConfig,
} from "./assembly/parse-config.ts";
export { PortContainer } from "./assembly/port-container.ts";
export { type Replacement, type RoomSource, replaceRoom } from "./assembly/replacement.ts";
export { roomPorts } from "./assembly/room-ports.ts";
export { addressKey } from "./connecting/address-book.ts";
export { targetKey } from "./connecting/ways.ts";
export type { Cap } from "./door/cap.ts";
export { rangeOf } from "./door/remote-origin.ts";
export { type BucketSize, TokenBucket } from "./door/token-bucket.ts";
export * from "./errors/index.ts";
export type { MessageHandler, RequestContext, RequestHandler } from "./messaging/channel-book.ts";
export type { HandshakeOptions, Link, LinkFactory } from "./messaging/link.ts";
export * from "./ports/index.ts";
export { type Ed25519Engine, type Ed25519Signer, nobleEd25519 } from "./security/ed25519-engine.ts";
export {
  type AsyncStrictVerifier,
  isSoundKey,
  type KeyVerdicts,
  recentKeyVerdicts,
  type StrictVerifier,
  strictVerifier,
} from "./security/ed25519-strict.ts";
export { domainBytes, ephemeralIdentity, identityFromSecret, verifySignature } from "./security/identity.ts";
export { indexedDbKeyStore } from "./security/indexed-db-key-store.ts";
export { type HpkeInput, type LetterHpke, letterHpke } from "./security/letter-hpke.ts";
export { isPeerId, peerIdOf, publicKeyOf } from "./security/peer-id.ts";
export { type IdentityKeyStore, webCryptoIdentity } from "./security/webcrypto-identity.ts";
export { type ConsoleLoggerOptions, consoleLogger, type LogLevel } from "./status/console-logger.ts";
export { EventEmitter, type EventEmitterOptions } from "./status/event-emitter.ts";
export type { Explanation, WayExplanation } from "./status/explanation.ts";
export { prefixedLogger } from "./status/logger-prefix.ts";
export type { TransportHealth, TransportStatus } from "./status/transport-status.ts";
export * from "./store/index.ts";
export type { Channel, ChannelOf, ChannelOptions } from "./swarm/channel.ts";
export { createSwarm, type SwarmOptions } from "./swarm/create-swarm.ts";
export type { DisableOptions, PluginState, SwarmPlugins } from "./swarm/plugin-switch.ts";
export type { HybridOrchestrator, PeerInfo, Swarm } from "./swarm/swarm.ts";
export { type ChildAbort, childAbort } from "./system/child-abort.ts";
export { deadline } from "./system/deadline.ts";
export { type NetworkSignal, silentNetwork } from "./system/network-signal.ts";
export { oneAtATime } from "./system/one-at-a-time.ts";
export { aborted, orAborted, pause } from "./system/pause.ts";
export { sha256Hex } from "./system/sha256-hex.ts";
export { systemClock } from "./system/system-clock.ts";
export { systemRandom } from "./system/system-random.ts";
export { Waiters } from "./system/waiters.ts";
