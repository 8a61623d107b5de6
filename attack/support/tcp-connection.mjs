import { SwarmError } from "@swarm-space/core";

export const maxFrameBytes = 131_072;
const highWaterBytes = 1_048_576;
const closing = 0x8000_0000;

/** Frames on a TCP socket: four bytes of length, then the frame; the top bit marks the reason of a close. */
export class TcpConnection {
  transport = "tcp";
  road = "tcp";
  capabilities = Object.freeze({ direct: true, maxFrameBytes, latencyClassMs: 1 });
  #socket;
  #rest = Buffer.alloc(0);
  #kept = [];
  #onFrame;
  #reason;

  constructor(socket) {
    this.#socket = socket;
    this.remote = `${socket.remoteAddress}:${socket.remotePort}`;
    socket.setNoDelay(true);
    this.closed = new Promise((resolve) => {
      socket.on("data", (chunk) => this.#take(chunk));
      socket.on("error", () => {});
      socket.on("close", () => resolve(this.#reason ?? { by: "lost", detail: "the socket closed" }));
    });
  }

  get bufferedBytes() {
    return this.#socket.writableLength;
  }

  send(frame) {
    if (this.#socket.destroyed || this.#socket.writableEnded)
      throw new SwarmError("CONNECTION_CLOSED", "the socket is closed");
    if (frame.length > maxFrameBytes) throw new SwarmError("FRAME_TOO_LARGE", `${frame.length} bytes`);
    this.#write(frame.length, frame);
    return this.bufferedBytes < highWaterBytes;
  }

  drained({ signal }) {
    if (this.bufferedBytes < highWaterBytes || this.#socket.destroyed) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const settle = () => {
        this.#socket.off("drain", settle).off("close", settle);
        signal.removeEventListener("abort", abort);
        resolve();
      };
      const abort = () => {
        this.#socket.off("drain", settle).off("close", settle);
        reject(signal.reason);
      };
      this.#socket.on("drain", settle).on("close", settle);
      signal.addEventListener("abort", abort, { once: true });
    });
  }

  read(onFrame) {
    queueMicrotask(() => {
      this.#onFrame = onFrame;
      for (const frame of this.#kept.splice(0)) onFrame(frame);
    });
  }

  async close(reason = "closed") {
    if (this.#reason === undefined) {
      this.#reason = { by: "local", detail: reason };
      const text = Buffer.from(reason.slice(0, 200));
      if (!this.#socket.destroyed && !this.#socket.writableEnded) {
        this.#write(closing + text.length, text);
        this.#socket.destroySoon();
      }
      // Whoever leaves megabytes unread loses the socket all the same.
      if (this.#socket.writableLength > 65_536) this.#socket.destroy();
    }
    await this.closed;
  }

  #write(head, body) {
    const header = Buffer.allocUnsafe(4);
    header.writeUInt32BE(head);
    this.#socket.cork();
    this.#socket.write(header);
    this.#socket.write(body);
    this.#socket.uncork();
  }

  #take(chunk) {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (bytes.length >= 4) {
      const head = bytes.readUInt32BE(0);
      const length = head >= closing ? head - closing : head;
      if (length > maxFrameBytes) return this.#end({ by: "protocol", detail: "a frame is too large" });
      if (bytes.length < 4 + length) break;
      const body = Uint8Array.from(bytes.subarray(4, 4 + length));
      bytes = bytes.subarray(4 + length);
      if (head >= closing) return this.#end({ by: "remote", detail: Buffer.from(body).toString() });
      if (this.#reason !== undefined) continue;
      if (this.#onFrame) this.#onFrame(body);
      else if (this.#kept.length < 64) this.#kept.push(body);
      else return this.#end({ by: "protocol", detail: "nobody reads" });
    }
    this.#rest = Buffer.from(bytes);
  }

  #end(reason) {
    this.#reason ??= reason;
    this.#socket.destroy();
  }
}
