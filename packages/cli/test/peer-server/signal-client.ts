import { once } from "node:events";
import { WebSocket } from "ws";

/** What a PeerServer says. */
export interface Told {
  readonly type: string;
  readonly src?: string;
  readonly payload?: unknown;
}

/** A client that speaks PeerJS's signalling, and anything else, over a raw WebSocket. */
export class SignalClient implements AsyncDisposable {
  readonly socket: WebSocket;
  readonly told: Told[] = [];
  readonly closed: Promise<number>;
  readonly #watchers = new Set<() => void>();

  constructor(url: string, id: string, o: { readonly token?: string; readonly key?: string } = {}) {
    const words = new URLSearchParams({
      key: o.key ?? "peerjs",
      id,
      token: o.token ?? `token-of-${id}`,
      version: "1.5.5",
    });
    this.socket = new WebSocket(`${url.replace(/^http/, "ws")}peerjs?${words}`);
    this.socket.on("message", (data) => {
      this.told.push(JSON.parse(String(data)));
      for (const watch of [...this.#watchers]) watch();
    });
    this.socket.on("error", () => undefined);
    this.closed = new Promise((resolve) => this.socket.on("close", resolve));
  }

  /** The first that fits of what was said so far and will be. Rejects when the connection ends first. */
  hear(fits: (told: Told) => boolean): Promise<Told> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = this.told.find(fits);
        if (!found) return;
        this.#watchers.delete(look);
        resolve(found);
      };
      this.#watchers.add(look);
      this.closed.then((code) => reject(new Error(`closed with ${code}, after ${JSON.stringify(this.told)}`)));
      look();
    });
  }

  /** Connects and waits until the server says so. */
  static async open(url: string, id: string, o: { readonly token?: string } = {}): Promise<SignalClient> {
    const client = new SignalClient(url, id, o);
    await client.hear(({ type }) => type === "OPEN");
    return client;
  }

  say(message: object | string | Buffer): void {
    this.socket.send(typeof message === "string" || Buffer.isBuffer(message) ? message : JSON.stringify(message));
  }

  offer(to: string, mark: string): void {
    this.say({ type: "OFFER", dst: to, payload: { sdp: { type: "offer", sdp: mark }, connectionId: mark } });
  }

  /** Waits for the offer with this mark. */
  offered(mark: string): Promise<Told> {
    return this.hear(({ type, payload }) => type === "OFFER" && JSON.stringify(payload).includes(`"${mark}"`));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.socket.readyState === WebSocket.CLOSED) return;
    this.socket.resume(); // one that does not read does not hear of its end either
    this.socket.terminate();
    await once(this.socket, "close");
  }
}
