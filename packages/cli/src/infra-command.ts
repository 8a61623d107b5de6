import { resolve } from "node:path";
import { describeError, type Store, SwarmError, systemClock, systemRandom } from "@swarm-space/core";
import { type GunRelay, openGunRelay, type RelayStats } from "@swarm-space/gun-driver/relay";
import { levelStore } from "@swarm-space/store-level";
import { gunMailboxes } from "@swarm-space/transport-gun";
import { exitCodes } from "./exit-codes.ts";
import { failure } from "./failure.ts";
import { jsonLine } from "./json-line.ts";
import { mailKeep } from "./mail-keep.ts";
import type { Stage } from "./stage.ts";
import { aborted, stopSignal } from "./stop-signal.ts";

export interface InfraOptions {
  readonly port: number;
  readonly host: string;
  readonly peer: readonly string[];
  /** Folder of the letters; undefined: in memory alone. */
  readonly data?: string;
  /** MiB of letters. */
  readonly mail: number;
  readonly everyMs: number;
  readonly json?: boolean;
  readonly untilEof?: boolean;
}

/** `swarm-space infra`: a Gun relay until it is asked to stop. */
export async function runInfra(stage: Stage, o: InfraOptions): Promise<number> {
  const stop = stopSignal(stage, o.untilEof);
  const clock = systemClock();
  const store = await openStore(stage, o.data);
  const relay = await open(o, store).catch(async (error: unknown) => {
    await store?.close();
    throw error;
  });
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
  await store?.close();
  stage.say(o.json ? jsonLine("relay:stop", last) : `stopped; ${healthLine(last)}`);
  return exitCodes.done;
}

async function openStore(stage: Stage, data: string | undefined): Promise<Store | undefined> {
  if (data === undefined) return undefined;
  const context = { clock: systemClock(), random: systemRandom() };
  const store = levelStore({ path: resolve(stage.folder, data) }, context);
  await store.open({ signal: new AbortController().signal });
  return store;
}

async function open(o: InfraOptions, store: Store | undefined): Promise<GunRelay> {
  try {
    return await openGunRelay({
      clock: systemClock(),
      random: systemRandom(),
      port: o.port,
      host: o.host,
      peers: o.peer,
      mailboxes: gunMailboxes({ maxBytes: o.mail * 1_048_576 }),
      ...(store === undefined ? {} : { keepIn: mailKeep(store) }),
    });
  } catch (error) {
    if (SwarmError.is(error)) throw error;
    if (error instanceof TypeError) throw failure("USAGE_INVALID", describeError(error), error);
    throw failure("PORT_UNAVAILABLE", `No relay on ${o.host}, port ${o.port}: ${describeError(error)}`);
  }
}

function healthLine(stats: RelayStats): string {
  const { connections, routed, rejected, refused, keys, bytes, letters, relaysUp } = stats;
  return [
    `${connections} connections`,
    `${relaysUp} relays`,
    `${routed} messages passed on`,
    `${rejected} rejected`,
    `${refused} turned away`,
    `${keys} keys in ${Math.ceil(bytes / 1024)} KiB`,
    `${letters} letters wait`,
  ].join(", ");
}
