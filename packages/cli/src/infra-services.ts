import { resolve } from "node:path";
import { describeError, type Store, SwarmError, systemClock, systemRandom } from "@swarm-space/core";
import { type GunRelay, openGunRelay } from "@swarm-space/gun-driver/relay";
import { levelStore } from "@swarm-space/store-level";
import { gunMailboxes } from "@swarm-space/transport-gun";
import { failure } from "./failure.ts";
import type { InfraOptions } from "./infra-command.ts";
import { mailKeep } from "./mail-keep.ts";
import type { RunningPeerServer } from "./peer-server/peer-server.ts";
import type { Stage } from "./stage.ts";
import type { RunningStun } from "./stun/stun-server.ts";

/** What `swarm-space infra` runs. */
export interface InfraServices {
  readonly relay: GunRelay;
  readonly peerServer: RunningPeerServer | undefined;
  readonly stun: RunningStun | undefined;
  /** Ends them in the order opposite to their start. */
  close(): Promise<void>;
}

/** Opens all that is asked for. Where one cannot be had, those before it are closed again. */
export async function openServices(stage: Stage, o: InfraOptions): Promise<InfraServices> {
  const opened: { close(): Promise<void> }[] = [];
  const keep = <Service extends { close(): Promise<void> }>(service: Service): Service => {
    opened.push(service);
    return service;
  };
  const close = async (): Promise<void> => {
    for (const service of opened.splice(0).reverse()) await service.close();
  };
  try {
    const store = o.data === undefined ? undefined : keep(await openStore(stage, o.data));
    const relay = keep(await onPort("relay", o.host, o.port, () => openRelay(o, store)));
    const peerServer = o.peerServer ? keep(await openPeers(o)) : undefined;
    const stun = o.stun ? keep(await openAnswerer(o)) : undefined;
    return { relay, peerServer, stun, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openStore(stage: Stage, data: string): Promise<Store> {
  const context = { clock: systemClock(), random: systemRandom() };
  const store = levelStore({ path: resolve(stage.folder, data) }, context);
  await store.open({ signal: new AbortController().signal });
  return store;
}

function openRelay(o: InfraOptions, store: Store | undefined): Promise<GunRelay> {
  return openGunRelay({
    clock: systemClock(),
    random: systemRandom(),
    port: o.port,
    host: o.host,
    peers: o.peer,
    mailboxes: gunMailboxes({ maxBytes: o.mail * 1_048_576 }),
    ...(store === undefined ? {} : { keepIn: mailKeep(store) }),
  });
}

/** Loaded when it is asked for: no other command needs the library. */
async function openPeers(o: InfraOptions): Promise<RunningPeerServer> {
  const { openPeerServer } = await import("./peer-server/peer-server.ts");
  const { host } = o;
  const port = o.peerPort ?? usualPort(o, 9_000);
  return onPort("PeerServer", host, port, () => openPeerServer({ clock: systemClock(), host, port }));
}

async function openAnswerer(o: InfraOptions): Promise<RunningStun> {
  const { openStun } = await import("./stun/stun-server.ts");
  const { host } = o;
  const port = o.stunPort ?? usualPort(o, 3_478);
  return onPort("STUN", host, port, () => openStun({ clock: systemClock(), host, port }));
}

/** Who asks for a free port for the relay does not mind the others'. */
function usualPort(o: InfraOptions, port: number): number {
  return o.port === 0 ? 0 : port;
}

async function onPort<Service>(
  what: string,
  host: string,
  port: number,
  open: () => Promise<Service>,
): Promise<Service> {
  try {
    return await open();
  } catch (error) {
    if (SwarmError.is(error)) throw error;
    if (error instanceof TypeError) throw failure("USAGE_INVALID", describeError(error), error);
    throw failure("PORT_UNAVAILABLE", `No ${what} on ${host}, port ${port}: ${describeError(error)}`);
  }
}
