import type { Port } from "../ports/port.ts";
import { ports } from "../ports/ports.ts";

/** One-ports at which the kernel puts a room of its own. A plugin that provides one replaces it. */
export const kernelPorts: readonly Port<unknown>[] = Object.freeze([
  ports.clock,
  ports.random,
  ports.store,
  ports.cryptoSuite,
  ports.identity,
  ports.logger,
  ports.events,
  ports.routes,
  ports.guard,
  ports.dialer,
  ports.discovery,
]);

/** What a plugin's context is made of: whoever replaces one of these is set up before the others. */
export const contextPorts: readonly Port<unknown>[] = Object.freeze([
  ports.clock,
  ports.random,
  ports.identity,
  ports.logger,
  ports.events,
]);
