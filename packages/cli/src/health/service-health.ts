import type { InfraServices } from "../infra-services.ts";
import type { ServiceHealth } from "./health-page.ts";

/** What runs, as the page of health and the command's own lines tell it. */
export function healthOf(services: Omit<InfraServices, "health" | "close">): readonly ServiceHealth[] {
  const { relay, peerServer, stun, tracker, dht } = services;
  const rows: ServiceHealth[] = [
    { name: "Gun relay", isUp: true, url: relay.url.replace(/^ws:/, "http:"), counts: relay.stats() },
  ];
  if (peerServer) rows.push({ name: "PeerServer", isUp: true, url: peerServer.url, counts: peerServer.stats() });
  if (stun) rows.push({ name: "STUN", isUp: true, url: stun.url, counts: stun.stats() });
  if (tracker) rows.push({ name: "tracker", isUp: true, url: tracker.url, counts: tracker.stats() });
  if (dht) rows.push({ name: "DHT node", isUp: true, url: `${dht.host}:${dht.port}`, counts: dht.stats() });
  return rows;
}
