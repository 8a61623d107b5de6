import type {} from "@swarm-space/chain-sync";
import { codeOf, describeError, type EventName, type SwarmEvents } from "@swarm-space/core";
import { printable, shortId } from "./printable.ts";

/** Events that `--json` tells: all but the start and the stop, which have lines of their own. */
export const toldEvents = Object.freeze([
  "swarm:wake",
  "transport:state",
  "peer:sighted",
  "peer:identify",
  "peer:connect",
  "peer:disconnect",
  "connection:open",
  "connection:close",
  "dial:failed",
  "discovery:failed",
  "frame:rejected",
  "message:duplicate",
  "message:rejected",
  "peer:graylisted",
  "handler:failed",
  "letter:retry",
  "letter:expired",
  "letter:progress",
  "letter:relayed",
  "letter:resume",
  "mailbox:failed",
  "mailbox:refused",
  "outbox:restored",
  "inbox:overflow",
  "plugin:failed",
  "plugin:disable",
  "plugin:enable",
  "store:failed",
  "store:full",
  "store:writable",
  "store:blocked",
  "store:evicted",
  "breaker:open",
  "breaker:half-open",
  "breaker:close",
  "block:connected",
  "block:disconnected",
  "block:invalid",
  "chain:reorg",
  "chain:deep-fork",
  "chain:unsaved",
  "sync:progress",
  "peer:banned",
  "producer:equivocated",
  "token:described",
  "tx:accepted",
  "tx:dropped",
  "pool:unsaved",
  "state:pool",
  "state:token",
] as const satisfies readonly EventName[]);

type Words = { readonly [Name in EventName]?: (detail: SwarmEvents[Name]) => string };

const breaker = (state: string) => (event: SwarmEvents["breaker:open"]) =>
  `breaker ${state}: ${event.transport} ${event.peer ? `to ${shortId(event.peer)}` : `by ${event.rendezvous ?? "?"}`}`;

/** Events that people are told, in words. */
export const eventWords: Words = Object.freeze({
  "transport:state": transportWords,
  "peer:connect": ({ peer }) => `+ ${peer}`,
  "peer:disconnect": ({ peer }) => `- ${peer}`,
  "breaker:open": breaker("open"),
  "breaker:half-open": breaker("half-open"),
  "breaker:close": breaker("closed"),
  "chain:reorg": ({ depth, new: now, fork }) =>
    `chain: ${depth} blocks undone for ${now.length} of a better branch, which parts at height ${fork.height}`,
  "chain:deep-fork": ({ depth }) => `chain: a better branch parts ${depth} blocks deep: not followed by itself`,
  "chain:unsaved": ({ code }) => `chain: the store refused headers (${code}); they are written with the next ones`,
  "peer:banned": ({ peer, code }) => `chain: ${shortId(peer)} is not heard for a while (${code})`,
  "plugin:disable": ({ plugin }) => `${plugin} is disabled`,
  "plugin:enable": ({ plugin }) => `${plugin} is enabled`,
  "plugin:failed": ({ plugin, phase, error }) =>
    `${plugin} failed at ${phase}: ${codeOf(error, "UNEXPECTED")} ${printable(describeError(error), 400)}`,
  "handler:failed": ({ where, error }) => `a handler of ${where} failed: ${printable(describeError(error), 400)}`,
} satisfies Words);

/** "transport gun: ready". */
export function transportWords({ transport, state, lastError }: SwarmEvents["transport:state"]): string {
  return `transport ${transport}: ${state}${lastError ? ` (${printable(lastError, 200)})` : ""}`;
}
