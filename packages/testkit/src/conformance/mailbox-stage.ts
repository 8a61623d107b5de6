import type { PeerId } from "@swarm-space/core";
import type { MailboxHarness, MailboxLimits, MailboxNode } from "./mailbox-check.ts";
import { Patience } from "./patience.ts";

/** Letters as they are given to one who collects. */
export interface Collecting {
  /** Every call, in order. */
  readonly calls: readonly string[];
  readonly taken: readonly string[];
  /** Ends the collection, and waits for its end. */
  end(): Promise<void>;
}

/** What a check of mailboxes stands on. Letters are texts here. */
export class MailboxStage extends Patience {
  readonly harness: MailboxHarness;
  readonly limits: Pick<MailboxLimits, "mostLetters">;
  /** Never aborts. */
  readonly signal = new AbortController().signal;
  readonly #nodes: MailboxNode[] = [];
  readonly #collecting: Collecting[] = [];

  constructor(harness: MailboxHarness) {
    super(harness.time, harness.limits);
    this.harness = harness;
    this.limits = { mostLetters: 2_000, ...harness.limits };
  }

  async open(peer?: PeerId): Promise<MailboxNode> {
    const node = await this.harness.open(peer);
    this.#nodes.push(node);
    return node;
  }

  /** Leaves a letter, and waits until the keeper has it. */
  async leave({ mailbox }: MailboxNode, to: PeerId, letter: string | Uint8Array, o: LeaveOptions = {}): Promise<void> {
    const bytes = typeof letter === "string" ? new TextEncoder().encode(letter) : letter;
    const { ttlMs = 600_000, ...more } = o;
    await this.within(mailbox.deposit(to, bytes, ttlMs, { signal: this.signal, ...more }), "deposit");
  }

  /** Collects. @param refuses how often each letter is refused before it is taken */
  collect({ mailbox }: MailboxNode, refuses: (letter: string, times: number) => boolean = () => false): Collecting {
    const abort = new AbortController();
    const calls: string[] = [];
    const taken: string[] = [];
    const ended = mailbox.collect(
      async (bytes) => {
        const letter = new TextDecoder().decode(bytes);
        calls.push(letter);
        await Promise.resolve();
        if (refuses(letter, calls.filter((each) => each === letter).length)) throw new Error("not now, on purpose");
        taken.push(letter);
      },
      { signal: abort.signal },
    );
    const collecting: Collecting = {
      calls,
      taken,
      end: async () => {
        abort.abort();
        await this.within(ended, "collect, after the abort");
      },
    };
    this.#collecting.push(collecting);
    return collecting;
  }

  async dispose(): Promise<void> {
    try {
      for (const collecting of this.#collecting) await collecting.end();
      for (const node of this.#nodes) await node.close();
    } finally {
      await this.harness.dispose();
    }
  }
}

interface LeaveOptions {
  readonly ttlMs?: number;
  readonly name?: string;
  readonly signal?: AbortSignal;
}
