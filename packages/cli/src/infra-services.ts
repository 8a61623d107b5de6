import { resolve } from "node:path";
import { describeError, type Store, SwarmError, systemClock, systemRandom } from "@swarm-space/core";
import { type GunRelay, openGunRelay, remoteRange } from "@swarm-space/gun-driver/relay";
import { levelStore } from "@swarm-space/store-level";
import { gunMailboxes } from "@swarm-space/transport-gun";
import type { RunningDhtNode } from "@swarm-space/webtorrent-driver/infra";
import { RangeBuckets } from "./door/range-buckets.ts";
import { failure } from "./failure.ts";
import { openHealthPage, type RunningHealthPage } from "./health/health-page.ts";
import { healthOf } from "./health/service-health.ts";
import type { InfraOptions } from "./infra-command.ts";
import { mailKeep } from "./mail-keep.ts";
import type { RunningPeerServer } from "./peer-server/peer-server.ts";
import type { Stage } from "./stage.ts";
import type { RunningStun } from "./stun/stun-server.ts";
import type { RunningTracker } from "./tracker/tracker-server.ts";

/** What `swarm-space infra` runs. */
export interface InfraServices {
  readonly relay: GunRelay;
  readonly peerServer: RunningPeerServer | undefined;
  readonly stun: RunningStun | undefined;
  readonly tracker: RunningTracker | undefined;
  readonly dht: RunningDhtNode | undefined;
  readonly health: RunningHealthPage | undefined;
  /** Ends them in the order opposite to their start. */
  close(): Promise<void>;
}

/** Opens all that is asked for. Where one cannot be had, those before it are closed again. */
export async function openServices(stage: Pick<Stage, "folder">, o: InfraOptions): Promise<InfraServices> {
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
    const tracker = o.tracker ? keep(await openMatchmaker(o)) : undefined;
    const dht = o.dht ? keep(await openDht(o)) : undefined;
    const running = { relay, peerServer, stun, tracker, dht };
    const health = o.health ? keep(await openHealth(o, running)) : undefined;
    return { ...running, health, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openStore(stage: Pick<Stage, "folder">, data: string): Promise<Store> {
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

/** Packets of a DHT from one range, and from all. */
const dhtRate = { perSecond: 200, burst: 1_000 };
const dhtRateOfAll = { perSecond: 5_000, burst: 10_000 };

async function openMatchmaker(o: InfraOptions): Promise<RunningTracker> {
  const { openTracker } = await import("./tracker/tracker-server.ts");
  const { host } = o;
  const port = o.trackerPort ?? usualPort(o, 8_000);
  return onPort("tracker", host, port, () => openTracker({ clock: systemClock(), host, port }));
}

async function openDht(o: InfraOptions): Promise<RunningDhtNode> {
  const { openDhtNode } = await import("@swarm-space/webtorrent-driver/infra");
  const { host, dhtJoin: bootstrap } = o;
  const port = o.dhtPort ?? usualPort(o, 6_881);
  const buckets = new RangeBuckets(systemClock(), dhtRate, dhtRateOfAll);
  const admits = (from: string) => buckets.admit(remoteRange(from));
  return onPort("DHT node", host, port, () => openDhtNode({ random: systemRandom(), host, port, bootstrap, admits }));
}

function openHealth(o: InfraOptions, running: Omit<InfraServices, "health" | "close">): Promise<RunningHealthPage> {
  const { host } = o;
  const port = o.healthPort ?? usualPort(o, 8_766);
  const services = () => healthOf(running);
  return onPort("page of health", host, port, () => openHealthPage({ clock: systemClock(), host, port, services }));
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
    throw failure(
      "PORT_UNAVAILABLE",
      `No ${what} on ${host}, port ${port}: ${describeError(error)}`,
      undefined,
      cureOf(error),
    );
  }
}

/** Another port is of no help where the address is none of this machine's. */
function cureOf(error: unknown): string | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EACCES") return "Take a port from 1024 on, or one that this user may listen on.";
  const isElsewhere = code === "ENOTFOUND" || code === "EADDRNOTAVAIL" || code === "EAI_AGAIN";
  return isElsewhere
    ? "Name an address of this machine with `--host`: 127.0.0.1, or 0.0.0.0 for all of them."
    : undefined;
}
