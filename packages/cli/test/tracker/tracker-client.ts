import { once } from "node:events";
import { WebSocket } from "ws";

/** Speaks to a tracker what it likes. */
export class TrackerClient implements AsyncDisposable {
  readonly told: Record<string, unknown>[] = [];
  readonly closed: Promise<number>;
  readonly socket: WebSocket;
  readonly #watchers = new Set<() => void>();

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("error", () => undefined);
    this.closed = new Promise((resolve) => socket.on("close", (code) => resolve(code)));
    socket.on("message", (data) => {
      this.told.push(JSON.parse(String(data)));
      for (const watch of [...this.#watchers]) watch();
    });
  }

  static async open(url: string): Promise<TrackerClient> {
    const client = new TrackerClient(new WebSocket(url));
    await Promise.race([
      once(client.socket, "open"),
      client.closed.then(() => Promise.reject(new Error("turned away"))),
    ]);
    return client;
  }

  say(message: unknown): void {
    this.socket.send(typeof message === "string" || message instanceof Uint8Array ? message : JSON.stringify(message));
  }

  announce(infoHash: string, peerId: string, more: object = {}): void {
    this.say({ action: "announce", info_hash: infoHash, peer_id: peerId, offers: [], ...more });
  }

  /** What it is told that fits, from the `after`th on. */
  hear(fits: (message: Record<string, unknown>) => boolean, after = 0): Promise<Record<string, unknown>> {
    return new Promise((resolve) => {
      const look = () => {
        const found = this.told.slice(after).find(fits);
        if (found === undefined) return;
        this.#watchers.delete(look);
        resolve(found);
      };
      this.#watchers.add(look);
      look();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.terminate();
    await this.closed;
  }
}

/** Twenty bytes from a word. */
export function named(word: string): string {
  return word.padEnd(20, ".").slice(0, 20);
}

export const offer = { type: "offer", sdp: "v=0\r\n" };
