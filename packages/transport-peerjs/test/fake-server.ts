import { setImmediate as nextTurn } from "node:timers/promises";
import { SwarmError } from "@swarm-space/core";
import type * as z from "zod";
import { clock, endOf, never, peerId, random } from "../../../tests/support/transport-ends.ts";
import { peerjsConfig } from "../src/config.ts";
import { PeerjsTransport, type PeerjsTransportParts } from "../src/peerjs-transport.ts";

export interface Message {
  readonly type: string;
  readonly src: string;
  readonly dst?: string;
  readonly payload?: unknown;
}

/** A PeerServer whose wires are the test: it may be away, alter what it carries, and say anything. */
export class FakeServer {
  readonly url = "http://fake.invalid:80/";
  readonly #sockets = new Map<string, FakeSocket>();
  /** Every dial, by its id. */
  readonly dials: string[] = [];
  isAway = false;
  greeting = '{"type":"OPEN"}';
  alter: (message: Message) => Message | undefined = (message) => message;

  readonly makeSocket = (url: string): FakeSocket => {
    const id = new URL(url).searchParams.get("id") ?? "";
    this.dials.push(id);
    const socket = new FakeSocket(
      (text) => this.#carry(id, text),
      () => this.#sockets.delete(id),
    );
    if (this.isAway) queueMicrotask(() => socket.end());
    else queueMicrotask(() => this.#greet(id, socket));
    return socket;
  };

  /** Says anything to who is there by this id. */
  say(id: string, data: unknown): void {
    this.#sockets.get(id)?.hear(data);
  }

  cutAll(): void {
    for (const socket of [...this.#sockets.values()]) socket.end();
  }

  #greet(id: string, socket: FakeSocket): void {
    socket.readyState = 1;
    this.#sockets.set(id, socket);
    socket.onopen?.();
    socket.hear(this.greeting);
  }

  #carry(src: string, text: string): void {
    const sent: Message = { ...JSON.parse(text), src };
    if (sent.type === "HEARTBEAT") return;
    const message = this.alter(sent);
    if (message?.dst !== undefined) queueMicrotask(() => this.say(message.dst ?? "", JSON.stringify(message)));
  }
}

class FakeSocket {
  readyState = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  onerror: unknown = null;
  readonly #carry: (text: string) => void;
  readonly #gone: () => void;

  constructor(carry: (text: string) => void, gone: () => void) {
    this.#carry = carry;
    this.#gone = gone;
  }

  hear(data: unknown): void {
    this.onmessage?.({ data });
  }

  send(text: string): void {
    this.#carry(text);
  }

  close(): void {
    queueMicrotask(() => this.end());
  }

  end(): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.#gone();
    this.onclose?.();
  }
}

/** A transport on the fake server, with what it refused. */
export function onFake(
  server: FakeServer,
  options: z.input<typeof peerjsConfig> = {},
  parts: Partial<PeerjsTransportParts> = {},
) {
  const id = peerId();
  const refused: { src: string; code: string }[] = [];
  const quiet = { listPeers: false, rendezvous: { slots: 0 }, bindAddress: "127.0.0.1", backoffBaseMs: 20 };
  const transport = new PeerjsTransport({
    self: { id, network: "test" },
    config: peerjsConfig.parse({ servers: [server.url], ...quiet, ...options }),
    clock,
    random,
    log: undefined,
    suite: () => undefined,
    makeSocket: server.makeSocket,
    refused: (src, error) => refused.push({ src, code: SwarmError.is(error) ? error.code : "none" }),
    ...parts,
  });
  return {
    ...endOf(id, transport),
    refused,
    dial: (value: string) =>
      transport.connect({ addresses: [{ transport: "peerjs", value }] }, "direct", { signal: never }),
  };
}

/** Some turns of the loop, in which what was said is heard. */
export async function turns(count = 5): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await nextTurn();
}
