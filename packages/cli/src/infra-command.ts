import { describeError, systemClock, systemRandom } from "@swarm-space/core";
import { type GunRelay, openGunRelay, type RelayStats } from "@swarm-space/gun-driver/relay";
import { exitCodes } from "./exit-codes.ts";
import { failure } from "./failure.ts";
import { jsonLine } from "./json-line.ts";
import type { Stage } from "./stage.ts";
import { aborted, stopSignal } from "./stop-signal.ts";

export interface InfraOptions {
  readonly port: number;
  readonly host: string;
  readonly peer: readonly string[];
  readonly everyMs: number;
  readonly json?: boolean;
  readonly untilEof?: boolean;
}

/** `swarm-space infra`: a Gun relay until it is asked to stop. */
export async function runInfra(stage: Stage, o: InfraOptions): Promise<number> {
  const stop = stopSignal(stage, o.untilEof);
  const clock = systemClock();
  const relay = await open(o);
  const url = relay.url.replace(/^ws:/, "http:");
  stage.say(o.json ? jsonLine("relay:ready", { url, host: o.host, port: relay.port }) : `Gun relay at ${url}`);
  if (!/^(127\.|::1$|localhost$)/.test(o.host)) stage.warn(`Others reach this relay: it listens on ${o.host}.`);
  let timer: Disposable | undefined;
  const tellHealth = () => {
    stage.say(o.json ? jsonLine("relay:health", relay.stats()) : healthLine(relay.stats()));
    timer = clock.timer(o.everyMs, tellHealth);
  };
  timer = clock.timer(o.everyMs, tellHealth);
  await aborted(stop);
  timer[Symbol.dispose]();
  const last = relay.stats();
  await relay.close();
  stage.say(o.json ? jsonLine("relay:stop", last) : `stopped; ${healthLine(last)}`);
  return exitCodes.done;
}

async function open(o: InfraOptions): Promise<GunRelay> {
  try {
    return await openGunRelay({
      clock: systemClock(),
      random: systemRandom(),
      port: o.port,
      host: o.host,
      peers: o.peer,
    });
  } catch (error) {
    if (error instanceof TypeError) throw failure("USAGE_INVALID", describeError(error), error);
    throw failure("PORT_UNAVAILABLE", `No relay on ${o.host}, port ${o.port}: ${describeError(error)}`);
  }
}

function healthLine(stats: RelayStats): string {
  const { connections, routed, rejected, refused, keys, bytes, relaysUp } = stats;
  return [
    `${connections} connections`,
    `${relaysUp} relays`,
    `${routed} messages passed on`,
    `${rejected} rejected`,
    `${refused} turned away`,
    `${keys} keys in ${Math.ceil(bytes / 1024)} KiB`,
  ].join(", ");
}
