/** Who was met, what they are called, and what was said with each. */
import type { PeerId } from "@swarm-space/core";
import type { Tick } from "./chat-view.ts";

export interface Line {
  readonly isOurs: boolean;
  readonly text: string;
  readonly at: Date;
  tick?: Tick;
  told: string;
}

export class Talks {
  readonly #lines = new Map<PeerId, Line[]>();
  readonly #names = new Map<PeerId, string>();
  /** Whose talk is shown; at first that of the first who is met. */
  chosen: PeerId | undefined;

  get peers(): readonly PeerId[] {
    return [...this.#lines.keys()];
  }

  get shown(): readonly Line[] {
    return this.chosen === undefined ? [] : (this.#lines.get(this.chosen) ?? []);
  }

  meet(peer: PeerId): void {
    if (!this.#lines.has(peer)) this.#lines.set(peer, []);
    this.chosen ??= peer;
  }

  add(peer: PeerId, line: Line): void {
    this.meet(peer);
    this.#lines.get(peer)?.push(line);
  }

  call(peer: PeerId, name: string): void {
    this.#names.set(peer, name);
  }

  nameOf(peer: PeerId): string {
    return this.#names.get(peer) ?? `${peer.slice(0, 8)}…`;
  }
}
