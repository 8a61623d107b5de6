/** A text socket as the driver uses it; a browser's WebSocket fits behind `webSocketDial`. */
export interface TextSocket {
  /** Bytes taken by `send` that have not left. */
  readonly bufferedBytes: number;
  /** After close: no effect. */
  send(text: string): void;
  /** Ends it in order: what was sent still leaves. Twice is harmless. `onClose` follows. */
  close(): void;
  /** Ends it at once. */
  abort(): void;
  /** Settles when nothing of the socket is left. */
  readonly gone: Promise<void>;
}

export interface SocketEvents {
  onOpen(): void;
  onText(text: unknown): void;
  /** Called once, also when the dial failed. */
  onClose(why: string): void;
}

/** Opens a socket. Never throws: what is wrong comes by `onClose`, not within this call. */
export type Dial = (url: string, events: SocketEvents) => TextSocket;

interface WebSocketLike {
  readonly readyState: number;
  readonly bufferedAmount: number;
  onopen: unknown;
  onmessage: unknown;
  onclose: unknown;
  onerror: unknown;
  send(text: string): void;
  close(): void;
  /** Only sockets of Node have it. */
  terminate?(): void;
}

const open = 1;

/** Dials by a WebSocket constructor, the environment's own by default. */
export function webSocketDial(make: (url: string) => WebSocketLike = (url) => new WebSocket(url)): Dial {
  return (url, events) => {
    const { promise: gone, resolve: settle } = Promise.withResolvers<void>();
    let socket: WebSocketLike | undefined;
    let over = false;
    const end = (why: string) => {
      if (over) return;
      over = true;
      queueMicrotask(() => events.onClose(why));
    };
    try {
      socket = make(url);
    } catch (error) {
      end(error instanceof Error ? error.message : "refused");
      settle();
    }
    if (socket) {
      socket.onopen = () => over || events.onOpen();
      socket.onmessage = (event: { readonly data: unknown }) => over || events.onText(event.data);
      socket.onerror = (event: { readonly message?: string }) => end(event.message || "could not connect");
      socket.onclose = (event: { readonly code?: number }) => {
        end(`closed (${event.code ?? "no code"})`);
        settle();
      };
    }
    return {
      gone,
      get bufferedBytes() {
        return socket?.bufferedAmount ?? 0;
      },
      send: (text) => {
        if (!over && socket?.readyState === open) socket.send(text);
      },
      close: () => {
        end("closed here");
        socket?.close();
      },
      abort: () => {
        end("cut off here");
        if (socket?.terminate) socket.terminate();
        else socket?.close();
      },
    };
  };
}
