import type { IncomingMessage } from "node:http";
import type { RawData, WebSocket } from "ws";
import type { Clock } from "../clock.ts";
import type { RelaySocket } from "./relay-peer.ts";

/** A relay's end of a WebSocket. */
export function relaySocketOf(socket: WebSocket): RelaySocket {
  return {
    get bufferedBytes() {
      return socket.bufferedAmount;
    },
    send: (text) => {
      if (socket.readyState === socket.OPEN) socket.send(text);
    },
    close: (code, why) => socket.close(code, why),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  };
}

/** Text of a WebSocket message; binary is handed on as it is, for the guard to refuse. */
export function textOf(data: RawData, isBinary: boolean): unknown {
  return isBinary ? data : String(data);
}

/** Pings until the socket is closed; one that does not answer within `everyMs` is cut. Returns its undo. */
export function watchPings(socket: WebSocket, clock: Clock, everyMs: number): () => void {
  let alive = true;
  let timer: Disposable;
  socket.on("pong", () => {
    alive = true;
  });
  const tick = (): void => {
    if (alive) {
      alive = false;
      socket.ping();
      timer = clock.timer(everyMs, tick);
    } else socket.terminate();
  };
  timer = clock.timer(everyMs, tick);
  return () => timer[Symbol.dispose]();
}

/** The remote's address, without its port: what limits count by. */
export function remoteOf(request: IncomingMessage): string {
  return request.socket.remoteAddress ?? "unknown";
}

/** A relay that dials says so in its URL. */
export function saysRelay(request: IncomingMessage): boolean {
  return URL.parse(request.url ?? "", "ws://relay")?.searchParams.has("relay") ?? false;
}

export function pathOf(request: IncomingMessage): string | undefined {
  return URL.parse(request.url ?? "", "ws://relay")?.pathname;
}
