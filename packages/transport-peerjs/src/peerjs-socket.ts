/** What is used of a W3C WebSocket. */
export interface Socket {
  readonly readyState: number;
  onopen: unknown;
  onmessage: unknown;
  onclose: unknown;
  onerror: unknown;
  send(text: string): void;
  close(): void;
}

export type MakeSocket = (url: string) => Socket;

export interface SocketParts {
  readonly makeSocket: MakeSocket;
  /** Gives what PeerJS is to hear of it: undefined for nothing. */
  read(text: unknown): unknown;
  /** The real socket is over. */
  gone(): void;
}

/**
 * The WebSocket class that one PeerJS is given: it hears only what was read and rebuilt, so that nothing a server or peer
 * sends makes it throw, and keep, what it should not.
 */
export function peerjsSocketClass({ makeSocket, read, gone }: SocketParts): new (url: string) => unknown {
  return class PeerjsSocket {
    onopen: (() => void) | null = null;
    onmessage: ((event: { readonly data: string }) => void) | null = null;
    onclose: (() => void) | null = null;
    readonly #socket: Socket;

    constructor(url: string) {
      const socket = makeSocket(url);
      this.#socket = socket;
      socket.onopen = () => this.onopen?.();
      socket.onmessage = ({ data }: { readonly data: unknown }) => {
        const message = read(data);
        if (message !== undefined) this.onmessage?.({ data: JSON.stringify(message) });
      };
      // A close follows.
      socket.onerror = () => {};
      socket.onclose = () => {
        this.onclose?.();
        gone();
      };
    }

    get readyState(): number {
      return this.#socket.readyState;
    }

    send(text: string): void {
      this.#socket.send(text);
    }

    close(): void {
      this.#socket.close();
    }
  };
}
