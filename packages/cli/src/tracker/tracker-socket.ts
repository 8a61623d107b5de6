import type { IncomingMessage } from "node:http";
import { GuardedSocket } from "../door/guarded-socket.ts";

/** What waits for a slow reader, in bytes. */
const maxBufferedBytes = 1_048_576;
const internalError = 1011;

/** A client of the tracker. Who does not read is cut off; the library's throw ends here. */
export class TrackerSocket extends GuardedSocket {
  /** Read and taken away by the library. */
  upgradeReq: IncomingMessage | null = null;
  /** As it has said first, as the library keeps it: it stays by it. */
  peerName = "";
  readonly swarms = new Set<string>();

  override emit(event: string | symbol, ...details: unknown[]): boolean {
    try {
      return super.emit(event, ...details);
    } catch {
      // The library's own, at a message that passed the gate: it goes no further, and neither does who sent it.
      this.close(internalError);
      return true;
    }
  }

  override send(data: Sent, done?: Done): void;
  override send(data: Sent, options: Parameters<GuardedSocket["send"]>[1], done?: Done): void;
  override send(...parts: readonly unknown[]): void {
    if (this.bufferedAmount > maxBufferedBytes) this.terminate();
    else Reflect.apply(super.send, this, parts);
  }
}

type Sent = Parameters<GuardedSocket["send"]>[0];
type Done = (error?: Error) => void;
