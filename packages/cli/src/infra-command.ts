import { systemClock } from "@swarm-space/core";
import type { RelayStats } from "@swarm-space/gun-driver/relay";
import { exitCodes } from "./exit-codes.ts";
import { type InfraServices, openServices } from "./infra-services.ts";
import { jsonLine } from "./json-line.ts";
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
  /** Whether a PeerServer runs. */
  readonly peerServer: boolean;
  readonly peerPort?: number;
  /** Whether STUN is answered. */
  readonly stun: boolean;
  readonly stunPort?: number;
  /** Whether a tracker runs. */
  readonly tracker: boolean;
  readonly trackerPort?: number;
  /** Whether a DHT node runs. */
  readonly dht: boolean;
  readonly dhtPort?: number;
  readonly dhtJoin: readonly string[];
  /** Whether the page of health is served. */
  readonly health: boolean;
  readonly healthPort?: number;
  readonly everyMs: number;
  readonly json?: boolean;
  readonly untilEof?: boolean;
}

/** `swarm-space infra`: a Gun relay and what else nodes meet by, until it is asked to stop. */
export async function runInfra(stage: Stage, o: InfraOptions): Promise<number> {
  const stop = stopSignal(stage, o.untilEof);
  const clock = systemClock();
  const services = await openServices(stage, o);
  tellAddresses(stage, o, services);
  let timer: Disposable | undefined;
  const tellHealth = () => {
    if (o.json) stage.say(jsonLine("relay:health", statsOf(services)));
    else for (const line of healthLines(services)) stage.say(line);
    timer = clock.timer(o.everyMs, tellHealth);
  };
  timer = clock.timer(o.everyMs, tellHealth);
  await aborted(stop);
  timer[Symbol.dispose]();
  const last = statsOf(services);
  const [relayLine, ...others] = healthLines(services);
  await services.close();
  if (o.json) stage.say(jsonLine("relay:stop", last));
  else for (const line of [...others, `stopped; ${relayLine}`]) stage.say(line);
  return exitCodes.done;
}

function tellAddresses(stage: Stage, o: InfraOptions, services: InfraServices): void {
  const { relay, peerServer, stun, tracker, dht, health } = services;
  const url = relay.url.replace(/^ws:/, "http:");
  if (o.json) {
    const { host } = o;
    const peers = peerServer && { url: peerServer.url, host, port: peerServer.port, path: "/", key: peerServer.key };
    const answers = stun && { url: stun.url, host, port: stun.port };
    const others = {
      tracker: tracker && { url: tracker.url, host, port: tracker.port },
      dht: dht && { bootstrap: `${host}:${dht.port}`, host, port: dht.port },
      health: health && { url: health.url, host, port: health.port },
    };
    stage.say(jsonLine("relay:ready", { url, host, port: relay.port, peerServer: peers, stun: answers, ...others }));
  } else {
    stage.say(`Gun relay at ${url}`);
    if (peerServer) stage.say(`PeerServer at ${peerServer.url}`);
    if (stun) stage.say(`STUN at ${stun.url}`);
    if (tracker) stage.say(`Tracker at ${tracker.url}`);
    if (dht) stage.say(`DHT node at ${dht.host}:${dht.port}`);
    if (health) stage.say(`Health at ${health.url}`);
  }
  if (!/^(127\.|::1$|localhost$)/.test(o.host)) stage.warn(`Others reach this: it listens on ${o.host}.`);
}

function statsOf({ relay, peerServer, stun, tracker, dht }: InfraServices): object {
  const others = { peerServer: peerServer?.stats(), stun: stun?.stats(), tracker: tracker?.stats(), dht: dht?.stats() };
  return { ...relay.stats(), ...others };
}

function healthLines({ relay, peerServer, stun, tracker, dht }: InfraServices): readonly string[] {
  const lines = [relayLine(relay.stats())];
  const peers = peerServer?.stats();
  if (peers) {
    const { connections, passed, rejected, refused } = peers;
    lines.push(
      `PeerServer: ${connections} connections, ${passed} messages passed on, ${rejected} rejected, ${refused} turned away`,
    );
  }
  const answers = stun?.stats();
  if (answers) lines.push(`STUN: ${answers.answered} answered, ${answers.dropped} dropped`);
  const swarms = tracker?.stats();
  if (swarms) {
    const { connections, peers, rejected, refused } = swarms;
    const many = `${peers} peers in ${swarms.swarms} swarms`;
    lines.push(`Tracker: ${connections} connections, ${many}, ${rejected} rejected, ${refused} turned away`);
  }
  const nodes = dht?.stats();
  if (nodes)
    lines.push(`DHT: ${nodes.nodes} nodes, ${nodes.announced} announcements, ${nodes.dropped} packets dropped`);
  return lines;
}

function relayLine(stats: RelayStats): string {
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
