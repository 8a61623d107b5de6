import type { Announcement, Sighting } from "@swarm-space/core";
import type { DiscoveryHarness, DiscoveryLimits, DiscoveryNode } from "./discovery-check.ts";
import { Patience } from "./patience.ts";

/** One who looks, and what it has sighted. */
export interface Looking {
  readonly seen: readonly Sighting[];
  /** What it has sighted of a node, in order. */
  of(node: DiscoveryNode): readonly Sighting[];
  /** Aborts, and waits until the iteration has ended. Rejects with what it threw. */
  end(): Promise<void>;
}

/** An announcement that stands. */
export interface Announcing {
  /** Aborts, and waits for the end. */
  end(): Promise<void>;
}

/** What a check of discovery stands on. */
export class DiscoveryStage extends Patience {
  readonly harness: DiscoveryHarness;
  readonly limits: Pick<DiscoveryLimits, "mostWaiting">;
  readonly #undo: (() => void | Promise<void>)[] = [];

  constructor(harness: DiscoveryHarness) {
    super(harness.time, harness.limits);
    this.harness = harness;
    this.limits = { mostWaiting: 1_024, ...harness.limits };
  }

  /** A node that can be found: where it has to announce itself, it does. */
  async open(): Promise<DiscoveryNode> {
    const node = await this.harness.open();
    this.#undo.push(() => node.close());
    const announcing = this.announce(node);
    return {
      ...node,
      close: async () => {
        await announcing.end();
        await node.close();
      },
    };
  }

  announce({ source, peer, addresses }: DiscoveryNode, more: Partial<Announcement> = {}): Announcing {
    const abort = new AbortController();
    this.#undo.push(() => abort.abort());
    const self: Announcement = { peer, addresses: addresses(), ...more };
    const ended = source.announce?.(self, { signal: abort.signal }) ?? Promise.resolve();
    return {
      end: async () => {
        abort.abort();
        await this.within(ended, "announce, after the abort");
      },
    };
  }

  look({ source }: DiscoveryNode): Looking {
    const abort = new AbortController();
    this.#undo.push(() => abort.abort());
    const seen: Sighting[] = [];
    const read = async () => {
      for await (const sighting of source.discover({ signal: abort.signal })) seen.push(sighting);
    };
    const ended = read();
    // Who looks is asked for its end later.
    ended.catch(() => undefined);
    return {
      seen,
      of: (node) => seen.filter((sighting) => this.isOf(sighting, node)),
      end: async () => {
        abort.abort();
        await this.within(ended, "the iteration ends after the abort");
      },
    };
  }

  isOf(sighting: Sighting, node: DiscoveryNode): boolean {
    return this.harness.isOf?.(sighting, node) ?? sighting.peer === node.peer;
  }

  async sees(looking: Looking, node: DiscoveryNode, what = "a node is sighted"): Promise<void> {
    await this.until(() => looking.of(node).length > 0, what);
  }

  async dispose(): Promise<void> {
    try {
      for (const undo of this.#undo.reverse()) await undo();
    } finally {
      await this.harness.dispose();
    }
  }
}
