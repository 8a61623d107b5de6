import type { Logger } from "@swarm-space/core";
import type { WebRtcEngine, WebRtcOptions } from "./engine.ts";
import { errorTable } from "./error-table.ts";

/** Opens engines as `open` does, and warns by `TURN_LEFT_OUT` where one cannot use any TURN server that it was given. */
export function noticingTurn(
  open: (options: WebRtcOptions) => Promise<WebRtcEngine>,
  log: Pick<Logger, "warn">,
): (options: WebRtcOptions) => Promise<WebRtcEngine> {
  return async (options) => {
    const engine = await open(options);
    const { name, turnLeftOut = [] } = engine;
    if (turnLeftOut.length > 0)
      log.warn("TURN_LEFT_OUT", `${name} speaks no TURN over TCP or TLS: ${errorTable.TURN_LEFT_OUT}`, { turnLeftOut });
    return engine;
  };
}
