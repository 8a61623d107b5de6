import type { GraphNode, GunMessage } from "./frame.ts";

/** A peer as Gun's mesh sees it: never a URL, and a wire that Gun cannot use. */
export interface EnginePeer {
  readonly id: string;
  readonly wire: object;
  say(raw: string): void;
  bye(): void;
}

/** A message within Gun; `_` is Gun's own note on it. */
export type HeardMessage = GunMessage & { _?: { via?: EnginePeer | undefined; raw?: string } };

interface PutEvent {
  readonly put: { readonly "#": string; readonly ".": string; readonly ":": string | null; readonly ">": number };
  readonly _?: { readonly msg?: HeardMessage };
}

export interface GunMesh {
  hear(message: GunMessage | "[]", peer: EnginePeer): void;
  say(message: HeardMessage, peer?: EnginePeer): unknown;
  hi(peer: EnginePeer): void;
  bye(peer: EnginePeer): void;
  way?: (message: HeardMessage) => void;
}

interface EventLink {
  readonly to: { next(event: unknown): void };
}

export interface GunRoot {
  readonly graph: Record<string, GraphNode>;
  readonly next?: Record<string, unknown>;
  readonly dup: { readonly s: Record<string, { via?: EnginePeer } | undefined> };
  on(tag: "out", listener: (message: HeardMessage) => unknown): void;
  on(tag: "put", listener: (this: EventLink, event: PutEvent) => void): void;
}

/** The parts of Gun that the engine touches. */
export interface GunConstructor {
  new (options: { readonly WebSocket: false; readonly localStorage: false }): { readonly _: GunRoot };
  dup(options?: { readonly max: number; readonly age: number }): unknown;
  readonly on: { get: unknown };
  Mesh(root: GunRoot): GunMesh;
}
