import { once } from "node:events";
import { WebSocket } from "ws";

/** Somebody at a PeerServer who listens, as a client of PeerJS does. */
export class StablePeer {
  readonly #socket: WebSocket;
  readonly #heard: { readonly type: string; readonly src?: string }[] = [];
  readonly #watchers = new Set<() => void>();

  private constructor(server: string, id: string) {
    const words = new URLSearchParams({ key: "peerjs", id, token: `token-of-${id}`, version: "1.5.5" });
    this.#socket = new WebSocket(`${server.replace(/^http/, "ws")}peerjs?${words}`);
    this.#socket.on("message", (data) => {
      this.#heard.push(JSON.parse(String(data)));
      for (const watch of [...this.#watchers]) watch();
    });
  }

  /** @param id the address it is reached at */
  static async open(server: string, id: string): Promise<StablePeer> {
    const peer = new StablePeer(server, id);
    await peer.#hear(({ type }) => type === "OPEN");
    return peer;
  }

  /** Resolves when it was dialled by that one. */
  async dialledBy(src: string): Promise<void> {
    await this.#hear((heard) => heard.type === "OFFER" && heard.src === src);
  }

  async close(): Promise<void> {
    const closed = once(this.#socket, "close");
    this.#socket.terminate();
    await closed;
  }

  #hear(fits: (heard: { readonly type: string; readonly src?: string }) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!this.#heard.some(fits)) return;
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
      look();
    });
  }
}
