import { SwarmError } from "@swarm-space/core";
import type { IceServer } from "node-datachannel";
import { iceUrlForm } from "../ice-url.ts";

/**
 * W3C's servers as node-datachannel takes them: as parts, since in its text form a user name with a colon, as those of
 * short-lived TURN credentials, is cut in two. What it cannot speak (TURN over TCP or TLS, STUN over TLS) is left out.
 * @throws SwarmError `OPTION_INVALID`
 */
export function nativeIceServers(servers: readonly RTCIceServer[]): IceServer[] {
  return servers.flatMap((server) => {
    const urls = typeof server.urls === "string" ? [server.urls] : server.urls;
    return urls.flatMap((url) => nativeIceServer(url, server));
  });
}

/**
 * URLs of the TURN servers among them, where none can be used. Pure.
 * @throws SwarmError `OPTION_INVALID`
 */
export function unusableTurn(servers: readonly RTCIceServer[]): readonly string[] {
  const urls = servers.flatMap(({ urls }) => urls).filter((url) => /^turns?:/i.test(url));
  return nativeIceServers(servers).some(({ relayType }) => relayType !== undefined) ? [] : urls;
}

function nativeIceServer(url: string, { username, credential }: RTCIceServer): IceServer[] {
  const parts = iceUrlForm.exec(url);
  const [, scheme = "", host = "", port = "3478", carrier = "udp"] = parts ?? [];
  if (parts === null || Number(port) > 65_535) throw badServer(`"${url}" is no stun: or turn: URL`);
  const hostname = host.replace(/^\[|\]$/g, "");
  if (scheme.toLowerCase() === "stun") return [{ hostname, port: Number(port) }];
  if (scheme.toLowerCase() !== "turn" || carrier.toLowerCase() === "tcp") return [];
  if (!username || !credential) throw badServer(`"${url}" has no username or no credential`);
  return [{ hostname, port: Number(port), username, password: credential, relayType: "TurnUdp" }];
}

function badServer(what: string): SwarmError {
  return new SwarmError("OPTION_INVALID", `ICE server: ${what}`);
}
