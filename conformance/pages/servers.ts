/** The command's servers, as a page's harnesses use them. */
import type { PeerServerProcess } from "../peerjs-place.ts";
import type { RelayServer } from "../relay-server.ts";
import type { ServerCalls } from "../server-calls.ts";
import type { TrackerServer } from "../tracker-server.ts";

declare global {
  interface Window extends ServerCalls {}
}

export async function loadServer(): Promise<PeerServerProcess> {
  const handle = await window.loadPeerServer();
  return {
    listen: (port) => window.listenPeerServer(handle, port),
    kill: () => window.killPeerServer(handle),
  };
}

export async function openRelay(): Promise<RelayServer> {
  const { handle, url, cables } = await window.openRelay();
  return {
    url,
    cables,
    cut: (cable) => window.cutCable(handle, cable),
    stop: () => window.stopRelay(handle),
    start: () => window.startRelay(handle),
    held: () => new Map(),
    close: () => window.closeRelay(handle),
  };
}

export async function openTracker(): Promise<TrackerServer> {
  const { handle, url } = await window.openTracker();
  return {
    url,
    babble: (infoHash) => window.babbleAtTracker(handle, infoHash),
    close: () => window.closeTracker(handle),
  };
}
