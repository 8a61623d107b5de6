import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocket, WebSocketServer } from "ws";

/** What clients of PeerJS tell each other by their server. */
export interface PassedSignal {
  readonly type: string;
  readonly src?: string;
  readonly payload?: { readonly sdp?: { readonly type: string; readonly sdp: string } };
}

/** A PeerServer in hostile hands: in front of a stock one, it alters what that says, and says things of its own. */
export interface AlteringDoor {
  readonly url: string;
  /** Makes another text of what the server says to a client. */
  alter: (text: string) => string;
  /** Makes another text of what a client says to the server. */
  alterSent: (text: string) => string;
  /** Says anything to the client of this id. */
  say(id: string, text: string): void;
  close(): Promise<void>;
}

export async function openAlteringDoor(serverUrl: string): Promise<AlteringDoor> {
  const clients = new Map<string, WebSocket>();
  const http = createServer((_request, response) => response.writeHead(401).end());
  const sockets = new WebSocketServer({ server: http });
  sockets.on("connection", (near, { url = "" }) => {
    const id = new URL(url, serverUrl).searchParams.get("id") ?? "";
    const far = new WebSocket(new URL(url, serverUrl).href.replace(/^http/, "ws"));
    clients.set(id, near);
    const waiting: string[] = [];
    far.on("open", () => {
      for (const text of waiting.splice(0)) far.send(text);
    });
    far.on("message", (data) => near.send(door.alter(String(data))));
    near.on("message", (data) => {
      const text = door.alterSent(String(data));
      if (far.readyState === far.OPEN) far.send(text);
      else waiting.push(text);
    });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      socket.on("error", () => {}).on("close", () => other.terminate());
    }
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const { port } = http.address() as AddressInfo;
  const door: AlteringDoor = {
    url: `http://127.0.0.1:${port}/`,
    alter: (text) => text,
    alterSent: (text) => text,
    say: (id, text) => clients.get(id)?.send(text),
    close: async () => {
      for (const client of sockets.clients) client.terminate();
      http.closeAllConnections();
      http.close();
      await once(http, "close");
    },
  };
  return door;
}

/** Another's certificate in an answer; every other text stays. */
export function withForeignFingerprint(text: string): string {
  const signal: PassedSignal = JSON.parse(text);
  const { sdp } = signal.payload ?? {};
  if (signal.type !== "ANSWER" || sdp === undefined) return text;
  const foreign = `a=fingerprint:sha-256 ${Array(32).fill("0A").join(":")}`;
  const altered = { ...sdp, sdp: sdp.sdp.replace(/a=fingerprint:[^\r\n]*/, foreign) };
  return JSON.stringify({ ...signal, payload: { ...signal.payload, sdp: altered } });
}
