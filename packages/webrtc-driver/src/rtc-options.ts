import * as z from "zod";
import type { WebRtcOptions } from "./engine.ts";
import { iceUrlForm } from "./ice-url.ts";

const iceUrl = z.string().regex(iceUrlForm, { error: "expected a stun: or turn: URL, as stun:host:3478" });

const localAddress = z.string().refine(isAddress, { error: "expected an IP address of this machine" });

const iceServer = z.strictObject({
  urls: z.union([iceUrl, z.array(iceUrl)]).describe("STUN or TURN URLs, as stun:host:3478."),
  username: z.string().optional().describe("User name for TURN."),
  credential: z.string().optional().describe("Password for TURN."),
});

const port = z.int().min(1_024).max(65_535);
const ports = z
  .strictObject({ from: port.describe("The first port."), to: port.describe("The last port.") })
  .refine(({ from, to }) => from <= to, { path: ["to"], error: "expected no less than `from`" });

/** Options of every plugin with data channels: fields for its own schema. */
export const rtcOptions = {
  iceServers: z.array(iceServer).max(8).default([]).describe("STUN and TURN servers. None: hosts that see each other."),
  bindAddress: localAddress.optional().describe("Node alone: the one local address that WebRTC uses."),
  webrtcPorts: ports
    .optional()
    .describe("Node alone: the UDP ports that WebRTC uses, one for each connection. Default: any that is free."),
  maxOffersPerSecond: z
    .int()
    .min(1)
    .default(16)
    .describe("Offers of data channels heard per second, of each server that brings them; four times as many at once."),
};

const rtcConfig = z.strictObject(rtcOptions);

/** How many offers are heard, as `TokenBucket` of core takes it. */
export function offerRate({ maxOffersPerSecond }: Pick<z.output<typeof rtcConfig>, "maxOffersPerSecond">) {
  return { perSecond: maxOffersPerSecond, capacity: maxOffersPerSecond * 4 };
}

/** Those options, as `openWebRtc` takes them. */
export function rtcOf({
  iceServers,
  bindAddress,
  webrtcPorts,
}: Pick<z.output<typeof rtcConfig>, "iceServers" | "bindAddress" | "webrtcPorts">): Pick<
  WebRtcOptions,
  "bindAddress" | "ports"
> &
  Required<Pick<WebRtcOptions, "iceServers">> {
  return {
    iceServers: iceServers.map(({ urls, username, credential }) => ({
      urls,
      ...(username === undefined ? {} : { username }),
      ...(credential === undefined ? {} : { credential }),
    })),
    ...(bindAddress === undefined ? {} : { bindAddress }),
    ...(webrtcPorts === undefined ? {} : { ports: webrtcPorts }),
  };
}

/** Of IPv6 with its zone, as fe80::1%eth0. */
function isAddress(text: string): boolean {
  return z.ipv4().safeParse(text).success || z.ipv6().safeParse(text.replace(/%[\w.-]+$/, "")).success;
}
