import type { InfraServices } from "../infra-services.ts";
import type { ServiceHealth } from "./health-page.ts";

/** What is read of a service. */
interface Readable {
  readonly isUp: boolean;
  readonly stats: () => object;
}

/** What runs, as the page of health and the command's own lines tell it. */
export function healthOf(services: Omit<InfraServices, "health" | "close">): readonly ServiceHealth[] {
  const { relay, peerServer, stun, tracker, dht } = services;
  const rows = [rowOf("Gun relay", relay, relay.url.replace(/^ws:/, "http:"))];
  if (peerServer) rows.push(rowOf("PeerServer", peerServer, peerServer.url));
  if (stun) rows.push(rowOf("STUN", stun, stun.url));
  if (tracker) rows.push(rowOf("tracker", tracker, tracker.url));
  if (dht) rows.push(rowOf("DHT node", dht, `${dht.host}:${dht.port}`));
  return rows;
}

function rowOf(name: string, { isUp, stats }: Readable, url: string): ServiceHealth {
  return { name, isUp, url, counts: stats() };
}
