import type { IntegratedConfig } from "./config.ts";

/** STUN and TURN servers as WebRTC takes them. */
export function iceServersOf({ iceServers }: Pick<IntegratedConfig, "iceServers">): readonly RTCIceServer[] {
  return iceServers.map(({ urls, username, credential }) => ({
    urls,
    ...(username === undefined ? {} : { username }),
    ...(credential === undefined ? {} : { credential }),
  }));
}
