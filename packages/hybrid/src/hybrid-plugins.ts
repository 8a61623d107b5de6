import chainSync, { type ChainSyncConfig } from "@swarm-space/chain-sync";
import { type PluginUse, use } from "@swarm-space/core";
import discovery, { type DiscoveryConfig } from "@swarm-space/discovery";
import resilience, { type ResilienceConfig } from "@swarm-space/resilience";
import gun, { type gunConfig } from "@swarm-space/transport-gun";
import integrated, { type integratedConfig } from "@swarm-space/transport-integrated";
import peerjs, { type peerjsConfig } from "@swarm-space/transport-peerjs";
import type * as z from "zod";
import { ownPlace } from "#own-place";
import { type MeetingServers, publicServers } from "./public-servers.ts";

/** Options of the preset. Each plugin's own are laid over the preset's, key by key; `false` leaves the plugin out. */
export interface HybridOptions {
  /** What this node keeps: in Node a folder, default "./swarm-data"; in a page the name of its databases, default "swarm-space". */
  readonly data?: string;
  /** Servers in place of the public ones, list by list. */
  readonly servers?: Partial<MeetingServers>;
  readonly integrated?: z.input<typeof integratedConfig> | false;
  readonly gun?: z.input<typeof gunConfig> | false;
  readonly peerjs?: z.input<typeof peerjsConfig> | false;
  readonly discovery?: DiscoveryConfig | false;
  readonly resilience?: ResilienceConfig | false;
  readonly chain?: ChainSyncConfig | false;
  /** `false`: nothing is kept over a restart. */
  readonly store?: false;
}

/** Every first-party plugin with the seed's defaults: a plain list, to add to, or to take from. Runs nothing. */
export function hybridPlugins(o: HybridOptions = {}): PluginUse[] {
  const servers = { ...publicServers, ...o.servers };
  const iceServers = servers.iceServers.map((server) => ({ ...server }));
  const gunRelays = [...servers.gunRelays];
  const plugins: PluginUse[] = [];
  if (o.integrated !== false) {
    const { dht, ...rest } = o.integrated ?? {};
    const bootstrap = [...servers.dhtBootstrap];
    const own = { gunRelays, trackers: [...servers.trackers], iceServers };
    plugins.push(use(integrated, { ...own, ...rest, dht: { bootstrap, ...dht } }));
  }
  if (o.gun !== false) plugins.push(use(gun, { relays: gunRelays, ...o.gun }));
  if (o.peerjs !== false) plugins.push(use(peerjs, { servers: [...servers.peerServers], iceServers, ...o.peerjs }));
  if (o.discovery !== false) plugins.push(use(discovery, o.discovery));
  if (o.resilience !== false) plugins.push(use(resilience, o.resilience));
  if (o.chain !== false) plugins.push(use(chainSync, o.chain));
  if (o.store !== false) plugins.push(ownPlace.store(o.data ?? ownPlace.defaultData));
  return plugins;
}
