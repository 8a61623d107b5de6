/** By which servers the chat meets: as the page's address says, else those of a `swarm-space infra` on this machine. */
import type { MeetingServers } from "@swarm-space/hybrid";

/** An empty word is none. */
function listOf(word: string): readonly string[] {
  return word === "" ? [] : [word];
}

export function serversOf(address: URLSearchParams): MeetingServers {
  const stun = address.get("stun") ?? "stun:127.0.0.1:3478";
  return {
    trackers: listOf(address.get("tracker") ?? "ws://127.0.0.1:8000"),
    dhtBootstrap: [],
    gunRelays: listOf(address.get("relay") ?? "http://127.0.0.1:8765/gun"),
    peerServers: listOf(address.get("peers") ?? "http://127.0.0.1:9000/"),
    iceServers: listOf(stun).map((urls) => ({ urls })),
  };
}
