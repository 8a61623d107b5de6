/**
 * A transport over plain WebSockets, against core's ports alone: what two processes on one machine need to talk.
 * For benches, and for the attack suite (`attack/`), which puts its hostile relay between two of these.
 * No discovery: whoever knows an address says so by `known`.
 */
import { connect } from "node:net";
import { definePlugin, ports, SwarmError } from "@swarm-space/core";
import WebSocket, { WebSocketServer } from "ws";
import * as z from "zod";

/** Frames of a kernel have at most 64 KiB and their heads, 66,048 bytes; sealed, 24 bytes more. */
export const maxWsFrameBytes = 66_560;
const highWaterBytes = 4 * 1_048_576;
const lowWaterBytes = 1_048_576;
const maxEarlyFrames = 64;

/**
 * The plugin.
 * @param {{ id?: string, listen?: boolean, known?: readonly { peer: string, value: string }[], onAddress?: (url: string) => void, onStream?: (stream: import("node:net").Socket) => void }} o
 * `onStream` is given the socket under each connection: its bytes are what the medium carries.
 */
export function wsPlugin(o = {}) {
  const id = o.id ?? "ws";
  return definePlugin({
    id: `swarm-space-bench/${id}`,
    api: 1,
    config: z.strictObject({}),
    provides: [ports.transport, ports.discoverySource],
    setup({ provide }) {
      provide(ports.transport, new WsTransport(id, o));
      provide(ports.discoverySource, knownPeers(id, o.known ?? []));
    },
  });
}

function knownPeers(transport, known) {
  return {
    id: `${transport}-known`,
    async *discover() {
      for (const { peer, value } of known)
        yield { peer, addresses: [{ transport, value }], source: `${transport}-known` };
    },
  };
}

class WsTransport {
  state = "idle";
  lastError;
  #o;
  #server;
  #port = 0;
  #accept;
  #connections = new Set();
  #listeners = new Set();

  constructor(id, o) {
    this.id = id;
    this.#o = o;
  }

  async open(accept, { signal }) {
    signal.throwIfAborted();
    this.#accept = accept;
    if (this.#o.listen) await this.#listen();
    this.#set("ready");
  }

  roadsTo(target) {
    return this.#accept !== undefined && this.#addressOf(target) !== undefined ? ["socket"] : [];
  }

  async connect(target, _road, { signal }) {
    signal.throwIfAborted();
    const address = this.#addressOf(target);
    if (address === undefined) throw new SwarmError("DIAL_FAILED", "no address of this transport");
    let stream;
    const createConnection = (o) => (stream = connect(o));
    const socket = new WebSocket(address.value, { ...socketOptions, createConnection });
    const { promise, resolve, reject } = Promise.withResolvers();
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    socket.once("open", resolve);
    socket.on("error", (cause) => reject(new SwarmError("DIAL_FAILED", cause.message, { cause })));
    // Frames may come with the answer itself: the reader stands before the dial is told done.
    const connection = new WsConnection(this.id, socket, stream, address.value);
    try {
      await promise;
    } catch (error) {
      socket.terminate();
      throw error;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
    this.#o.onStream?.(stream);
    return this.#keep(connection);
  }

  async close() {
    this.#accept = undefined;
    await Promise.all([...this.#connections].map((connection) => connection.close("the transport was closed")));
    const server = this.#server;
    this.#server = undefined;
    if (server !== undefined) await new Promise((done) => server.close(done));
    this.#set("idle");
  }

  onState(listener) {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  addresses() {
    return this.#server === undefined ? [] : [{ transport: this.id, value: this.#url() }];
  }

  async #listen() {
    const server = new WebSocketServer({ host: "127.0.0.1", port: 0, ...socketOptions });
    this.#server = server;
    server.on("connection", (socket, request) => {
      if (this.#accept === undefined) return socket.terminate();
      socket.on("error", () => undefined);
      this.#o.onStream?.(request.socket);
      this.#accept(
        this.#keep(new WsConnection(this.id, socket, request.socket, request.socket.remoteAddress ?? "unknown")),
      );
    });
    await new Promise((resolve, reject) => {
      server.once("listening", resolve);
      server.once("error", reject);
    });
    this.#port = server.address().port;
    this.#o.onAddress?.(this.#url());
  }

  #url() {
    return `ws://127.0.0.1:${this.#port}`;
  }

  #addressOf(target) {
    return target.addresses.find((address) => address.transport === this.id);
  }

  #keep(connection) {
    this.#connections.add(connection);
    void connection.closed.then(() => this.#connections.delete(connection));
    return connection;
  }

  #set(state) {
    this.state = state;
    for (const listener of [...this.#listeners]) listener(state);
  }
}

/** No compression: what is sealed does not shrink, and what is raw is compared with it. */
export const socketOptions = { perMessageDeflate: false, maxPayload: maxWsFrameBytes };

class WsConnection {
  road = "socket";
  capabilities = Object.freeze({ direct: true, maxFrameBytes: maxWsFrameBytes, latencyClassMs: 5 });
  #socket;
  #stream;
  #corked = false;
  #read;
  #early = [];
  #waiting = [];
  #isClosed = false;
  #settle;

  constructor(transport, socket, stream, remote) {
    this.transport = transport;
    this.remote = remote;
    this.#socket = socket;
    this.#stream = stream;
    this.closed = new Promise((resolve) => {
      this.#settle = resolve;
    });
    socket.on("message", (data) => this.#take(new Uint8Array(data.buffer, data.byteOffset, data.length)));
    socket.on("close", (_code, reason) => this.#end({ by: "remote", detail: String(reason) || "the socket closed" }));
  }

  get bufferedBytes() {
    return this.#socket.bufferedAmount;
  }

  send(frame) {
    if (this.#isClosed || this.#socket.readyState !== WebSocket.OPEN) {
      throw new SwarmError("CONNECTION_CLOSED", "the socket is closed");
    }
    if (frame.length > maxWsFrameBytes)
      throw new SwarmError("FRAME_TOO_LARGE", `a frame has at most ${maxWsFrameBytes} bytes`);
    this.#cork();
    this.#socket.send(frame, this.#onSent);
    return this.#socket.bufferedAmount < highWaterBytes;
  }

  /** Frames of one turn leave in one write. */
  #cork() {
    if (this.#corked) return;
    this.#corked = true;
    this.#stream.cork();
    queueMicrotask(() => {
      this.#corked = false;
      this.#stream.uncork();
    });
  }

  async drained({ signal }) {
    signal.throwIfAborted();
    if (this.#isClosed || this.#socket.bufferedAmount < lowWaterBytes) return;
    const { promise, resolve, reject } = Promise.withResolvers();
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    this.#waiting.push(resolve);
    await promise.finally(() => signal.removeEventListener("abort", onAbort));
  }

  read(onFrame) {
    queueMicrotask(() => {
      this.#read = onFrame;
      for (const frame of this.#early.splice(0)) onFrame(frame);
    });
  }

  async close(reason = "closed") {
    if (this.#isClosed) return;
    const gone = new Promise((resolve) => this.#socket.once("close", resolve));
    this.#socket.close(1000, reason.slice(0, 100));
    this.#end({ by: "local", detail: reason });
    const cut = setTimeout(() => this.#socket.terminate(), 500);
    await gone;
    clearTimeout(cut);
  }

  #onSent = () => {
    if (this.#socket.bufferedAmount >= lowWaterBytes) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  };

  #take(frame) {
    if (this.#isClosed) return;
    if (this.#read !== undefined) this.#read(frame);
    else if (this.#early.length < maxEarlyFrames) this.#early.push(frame);
    else void this.close("nobody reads");
  }

  #end(reason) {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const resolve of this.#waiting.splice(0)) resolve();
    this.#settle(reason);
  }
}
