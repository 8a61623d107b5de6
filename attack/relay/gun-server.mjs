import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { WebSocketServer } from "ws";

const maxKeys = 100_000;

/** A Gun relay in a few lines: it keeps what is put, tells those who asked, and lets `onItem` do with it what it likes. */
export class GunServer {
  /** Soul → key → value and state. */
  graph = new Map();
  #sockets = new Map();
  #server;
  #keys = 0;
  #onItem;
  #onText;

  /**
   * @param o.onItem `(item, isOwn)`: the items to pass on in its place
   * @param o.onText each text that crosses a socket, either way, and the head of each request
   */
  constructor({ onItem, onText }) {
    this.#onItem = onItem;
    this.#onText = onText;
  }

  async listen() {
    this.#server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
    this.#server.on("connection", (socket, request) => this.#meet(socket, request));
    await once(this.#server, "listening");
    const { port } = this.#server.address();
    /** For others, and for the relay's own end. */
    return { url: `ws://127.0.0.1:${port}/gun`, ownUrl: `ws://127.0.0.1:${port}/own` };
  }

  /** Puts a text under a new key, as if somebody had. */
  plant(soul, value) {
    this.put({ soul, key: newId(), value, state: 1 });
  }

  put(item, from) {
    this.#keep(item);
    const { soul, key, value, state } = item;
    const node = { _: { "#": soul, ">": { [key]: state } }, [key]: value };
    for (const [socket, souls] of this.#sockets) {
      if (socket !== from && souls.has(soul)) this.#say(socket, { "#": newId(), put: { [soul]: node } });
    }
  }

  #meet(socket, request) {
    const isOwn = request.url === "/own";
    this.#sockets.set(socket, new Set());
    this.#onText(`${request.url}\n${request.rawHeaders.join("\n")}`);
    socket.on("error", () => {});
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("message", (data) => {
      const text = String(data);
      this.#onText(text);
      for (const message of [JSON.parse(text)].flat()) this.#hear(message, socket, isOwn);
    });
  }

  #hear(message, socket, isOwn) {
    if (message.dam) return this.#say(socket, { "#": newId(), dam: "?", "@": message["#"], pid: "relay" });
    if (message.get) return this.#answer(message, socket);
    for (const [soul, node] of Object.entries(message.put ?? {})) {
      for (const [key, value] of Object.entries(node)) {
        if (key === "_") continue;
        const item = { soul, key, value, state: node._[">"][key] };
        for (const each of this.#onItem(item, isOwn)) this.put(each, socket);
      }
    }
    if (message.ok !== undefined) this.#say(socket, { "#": newId(), "@": message["#"], ok: { "": 1 } });
  }

  #answer(message, socket) {
    const soul = message.get["#"];
    this.#sockets.get(socket)?.add(soul);
    const keys = this.graph.get(soul);
    if (!keys?.size) return;
    const node = { _: { "#": soul, ">": {} } };
    for (const [key, { value, state }] of keys) {
      node._[">"][key] = state;
      node[key] = value;
    }
    this.#say(socket, { "#": newId(), "@": message["#"], put: { [soul]: node } });
  }

  #say(socket, message) {
    const text = JSON.stringify(message);
    this.#onText(text);
    socket.send(text);
  }

  #keep({ soul, key, value, state }) {
    const keys = this.graph.get(soul) ?? new Map();
    if (value === null) {
      if (keys.delete(key)) this.#keys--;
    } else if (keys.has(key) || this.#keys < maxKeys) {
      if (!keys.has(key)) this.#keys++;
      keys.set(key, { value, state });
    }
    if (keys.size > 0) this.graph.set(soul, keys);
    else this.graph.delete(soul);
  }
}

export function newId() {
  return randomBytes(9).toString("base64url");
}
