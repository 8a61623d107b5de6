import { type BlockchainSync, getBlockchainSync } from "@swarm-space/chain-sync";
import { type Swarm, systemClock } from "@swarm-space/core";
import { openFromFile } from "../config-source.ts";
import { exitCodes } from "../exit-codes.ts";
import { jsonLine } from "../json-line.ts";
import type { Stage } from "../stage.ts";
import { aborted } from "../stop-signal.ts";

export interface ChainOptions {
  readonly config?: string;
  /** How long to look for a first peer, in milliseconds. */
  readonly wait: number;
  /** How long to stay afterwards where others have to fetch what is new, in milliseconds. */
  readonly stay: number;
  readonly json?: boolean;
}

/** What a command came to. */
export interface ChainTold {
  readonly event: string;
  readonly detail: object;
  /** The same for people. */
  readonly lines: readonly string[];
  /** Others have to hear of it. */
  readonly isNews: boolean;
}

export type ChainAct = (chain: BlockchainSync, signal: AbortSignal) => Promise<ChainTold> | ChainTold;

/** Between two lines about a catch-up, in milliseconds. */
const progressEveryMs = 1_000;

/** Runs the node of a configuration file just long enough: in step with whom it meets, then one act, then until others have it. */
export async function withChain(stage: Stage, o: ChainOptions, act: ChainAct): Promise<number> {
  const stop = stage.untilStopped();
  const swarm = await openFromFile(stage, o.config);
  try {
    const chain = getBlockchainSync(swarm);
    tellProgress(stage, swarm);
    await swarm.start({ signal: stop });
    await firstPeer(swarm, o.wait, stop);
    const { peers } = await chain.triggerSync({ signal: stop });
    if (peers === 0) stage.warn("alone: nobody is here who has this chain, so this is what the node knew before");
    const { event, detail, lines, isNews } = await act(chain, stop);
    if (o.json) stage.say(jsonLine(event, detail));
    else for (const line of lines) stage.say(line);
    if (isNews && !chain.getStats().isKept)
      stage.warn("no durable store is configured: what nobody fetches now is lost when this node stops");
    if (isNews && peers > 0) await within(o.stay, stop);
  } catch (error) {
    if (!stop.aborted) throw error;
  } finally {
    await swarm.stop();
  }
  return exitCodes.done;
}

function tellProgress(stage: Stage, swarm: Swarm): void {
  const clock = systemClock();
  let toldAt = Number.NEGATIVE_INFINITY;
  swarm.on("sync:progress", ({ height, headerHeight, peers }) => {
    if (clock.now() - toldAt < progressEveryMs) return;
    toldAt = clock.now();
    stage.warn(`block ${height} of ${headerHeight}, from ${peers} peers`);
  });
}

/** Resolves when somebody is connected, or the time is over. */
async function firstPeer(swarm: Swarm, forMs: number, stop: AbortSignal): Promise<void> {
  const met = new AbortController();
  const undo = swarm.on("peer:connect", () => met.abort());
  try {
    if (swarm.peers().length === 0) await within(forMs, AbortSignal.any([stop, met.signal]));
  } finally {
    undo();
  }
}

/** Resolves after so many milliseconds, or when the signal aborts. */
async function within(forMs: number, signal: AbortSignal): Promise<void> {
  if (forMs === 0) return;
  const over = new AbortController();
  using _ = systemClock().timer(forMs, () => over.abort());
  await aborted(AbortSignal.any([signal, over.signal]));
}
