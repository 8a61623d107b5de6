import { describeError } from "../errors/index.ts";
import type { EventBus } from "../ports/events.ts";
import type { Logger } from "../ports/logger.ts";

/**
 * Leads to the log what would else be heard by nobody: what an application's own handlers throw, and what the store refused.
 * What a peer can cause at will is told by events alone. What differs from time to time stands in the detail, so that a
 * logger can count repeats.
 */
export function logEvents(events: EventBus, log: Logger): void {
  events.on("handler:failed", ({ where, error }) =>
    log.error("HANDLER_FAILED", `a handler failed: ${where}`, { error: describeError(error) }),
  );
  events.on("transport:state", ({ transport, state, lastError }) => {
    if (state === "error") log.warn("TRANSPORT_UNAVAILABLE", `transport ${transport} is down`, { lastError });
  });
  events.on("store:failed", ({ code, detail }) =>
    log.warn(code, "the store refused a write of the kernel", { detail }),
  );
}
