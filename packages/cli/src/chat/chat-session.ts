import { type Channel, codeOf, type PeerId, type Receipt, type Swarm, SwarmError } from "@swarm-space/core";
import { printable } from "../printable.ts";
import { type ChatMessage, chatMessage } from "./chat-message.ts";
import { Roster } from "./roster.ts";

export interface ChatSessionOptions {
  readonly name: string;
  /** How long a line may wait for its receivers, in milliseconds. */
  readonly ttlMs: number;
  say(line: string): void;
}

/** Most letters that wait for their ticks at once. */
const mostPending = 4_096;
const greetingTtlMs = 10_000;
const farewellTtlMs = 1_000;

/** One chat over one node: who is there, what is said, and what became of each line. */
export class ChatSession {
  readonly roster = new Roster();
  readonly #swarm: Swarm;
  readonly #o: ChatSessionOptions;
  readonly #lane: Channel<ChatMessage>;
  readonly #undo: (() => void)[];
  readonly #pending = new Set<Promise<void>>();
  #lines = 0;
  #unconfirmed = 0;

  constructor(swarm: Swarm, o: ChatSessionOptions) {
    this.#swarm = swarm;
    this.#o = o;
    this.#lane = swarm.channel({ name: "chat", schema: chatMessage });
    this.#undo = [
      this.#lane.onMessage((message, from) => this.#hear(message, from)),
      swarm.on("peer:connect", ({ peer }) => this.#greet(peer)),
      swarm.on("peer:disconnect", ({ peer }) => {
        if (this.roster.has(peer)) o.say(`* ${this.roster.nameOf(peer)} is away; lines wait`);
      }),
    ];
  }

  /** Lines that were not confirmed by everyone they were for. */
  get unconfirmed(): number {
    return this.#unconfirmed + this.#pending.size;
  }

  /** Sends a line to everyone who is here, and tells what becomes of it. */
  write(text: string): void {
    const peers = this.roster.peers;
    if (peers.length === 0) {
      this.#o.say("nobody is here yet: the line was not sent");
      return;
    }
    if (this.#pending.size + peers.length > mostPending) {
      this.#o.say("too many lines wait: this one was not sent");
      return;
    }
    this.#lines += 1;
    const line = this.#lines;
    this.#o.say(`#${line} … sending to ${peers.map((peer) => this.roster.nameOf(peer)).join(", ")}`);
    for (const peer of peers) {
      const ticked = this.#deliver(line, peer, text).finally(() => this.#pending.delete(ticked));
      this.#pending.add(ticked);
    }
  }

  /** Resolves when every line that waits has its tick. */
  async settle(): Promise<void> {
    await Promise.all(this.#pending);
  }

  /** Says good-bye. The node is the caller's to stop. */
  async leave(): Promise<void> {
    for (const undo of this.#undo.splice(0)) undo();
    const here = new Set(this.#swarm.peers().map(({ id }) => id));
    const farewells = this.roster.peers
      .filter((peer) => here.has(peer))
      .map((peer) => this.#lane.send(peer, { kind: "bye" }, { ttlMs: farewellTtlMs }));
    await Promise.allSettled(farewells);
    this.#lane.close();
  }

  async #deliver(line: number, peer: PeerId, text: string): Promise<void> {
    const tick = (words: string) => this.#o.say(`#${line} ${words}`);
    try {
      const receipt = await this.#lane.send(peer, { kind: "line", text }, { ttlMs: this.#o.ttlMs });
      tick(this.#tickOf(receipt));
    } catch (error) {
      this.#unconfirmed += 1;
      const name = this.roster.nameOf(peer);
      if (SwarmError.is(error, "LETTER_EXPIRED")) tick(`✗ expired: ${name}`);
      else tick(`✗ ${codeOf(error, "UNEXPECTED")}: ${name}`);
    }
  }

  #tickOf({ status, to, transport, elapsedMs }: Receipt): string {
    const name = this.roster.nameOf(to);
    if (status === "relayed") return `✓ left in a mailbox for ${name} via ${transport}`;
    return `✓ confirmed by ${name} via ${transport} in ${Math.round(elapsedMs)} ms`;
  }

  #greet(peer: PeerId): void {
    const isKnown = this.roster.has(peer);
    if (!this.roster.add(peer)) return;
    if (isKnown) this.#o.say(`* ${this.roster.nameOf(peer)} is back`);
    // Who does not chat answers that there is no such channel, and is not written to.
    this.#lane.send(peer, { kind: "name", name: this.#o.name }, { ttlMs: greetingTtlMs }).catch((error: unknown) => {
      if (SwarmError.is(error, "CHANNEL_UNKNOWN")) this.roster.remove(peer);
    });
  }

  #hear(message: ChatMessage, from: PeerId): void {
    if (message.kind === "name") {
      if (this.roster.setName(from, message.name)) this.#o.say(`* ${this.roster.nameOf(from)} is here: ${from}`);
    } else if (message.kind === "line") {
      this.#o.say(`${this.roster.nameOf(from)}: ${printable(message.text)}`);
    } else {
      const name = this.roster.nameOf(from);
      if (this.roster.remove(from)) this.#o.say(`* ${name} has left`);
    }
  }
}
