import { createSocket } from "node:dgram";
import { EventEmitter } from "node:events";
import { isSoundPacket } from "./packet.ts";

/** What the DHT library uses of a UDP socket. */
export interface GuardedSocket extends EventEmitter {
  bind(port: number, host?: string): void;
  address(): { readonly address: string; readonly port: number };
  send(
    packet: Uint8Array,
    offset: number,
    length: number,
    port: number,
    host: string,
    done: (error: Error | null) => void,
  ): void;
  close(): void;
}

export interface SocketDoor {
  /** Where it listens, for a library that names none. */
  readonly host?: string;
  /** Whether a packet from there is read at all. Asked before anything else is done for it. */
  admits?(host: string): boolean;
  /** It was no packet of a DHT. */
  refused(host: string): void;
}

/** A UDP socket from which the DHT library reads only what it can bear, and in whose handler its throw ends. */
export function guardedSocket({ host: usual, admits, refused }: SocketDoor): GuardedSocket {
  const socket = createSocket("udp4");
  let isClosed = false;
  const guarded: GuardedSocket = Object.assign(new EventEmitter(), {
    bind: (port: number, host?: string) => void socket.bind(port, host ?? usual),
    address: () => socket.address(),
    send: (...[packet, offset, length, port, host, done]: Parameters<GuardedSocket["send"]>) => {
      if (isClosed) return;
      try {
        socket.send(packet, offset, length, port, host, done);
      } catch {
        // A port or address that a stranger made up: nothing is sent, and the question goes unanswered.
      }
    },
    close: () => {
      if (isClosed) return;
      isClosed = true;
      socket.close(() => guarded.emit("close"));
    },
  });
  socket.on("message", (packet, source) => {
    if (isClosed || source.port === 0 || admits?.(source.address) === false) return;
    if (!isSoundPacket(packet)) return refused(source.address);
    try {
      guarded.emit("message", packet, source);
    } catch {
      refused(source.address);
    }
  });
  socket.on("error", (error) => guarded.emit("error", error));
  socket.on("listening", () => {
    // A client that ended meanwhile has no DHT any more to ask for its address.
    if (!isClosed) guarded.emit("listening");
  });
  return guarded;
}
