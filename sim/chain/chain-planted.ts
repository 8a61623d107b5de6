import type { ForkChoice, ReplacedRules, Tip } from "@swarm-space/chain-sync";
import { type LoadKernel, patched } from "../planted.ts";

/** A bug that somebody might write into chain-sync. It must turn the simulation of chains red. */
export interface ChainPlant {
  readonly name: string;
  /** Patches of the shipped classes. */
  readonly patches?: readonly ((load: LoadKernel) => Promise<() => void>)[];
  /** What all honest nodes have in the place of a shipped rule. */
  readonly rules?: ReplacedRules;
}

// biome-ignore lint/suspicious/noExplicitAny: a plant reaches into classes that have no public face
type Anything = any;

const higher: ForkChoice = Object.freeze({
  id: "longest-valid",
  compare(one: Tip, other: Tip) {
    if (one.height !== other.height) return one.height > other.height ? 1 : -1;
    if (one.id !== other.id) return one.id < other.id ? 1 : -1;
    return 0;
  },
});

export const chainPlants: readonly ChainPlant[] = Object.freeze([
  {
    name: "transactions of an undone branch are not returned to the pool",
    patches: [
      patched(
        "chain-sync/live/pool-room",
        "PoolRoom",
        "follow",
        (old) =>
          function (this: Anything, position: Anything, _undone: Anything, included: Anything) {
            return old.call(this, position, [], included);
          },
      ),
    ],
  },
  { name: "the higher chain wins, not the one of more work", rules: { forkChoice: higher } },
  {
    name: "the ancestors of a homeless header are never asked for",
    patches: [patched("chain-sync/sync/header-sync", "HeaderSync", "fetch", () => async () => undefined)],
  },
  {
    name: "a stalled peer is never left",
    patches: ["stalled", "rest"].map((member) =>
      patched("chain-sync/sync/body-plan", "BodyPlan", member, () => () => undefined),
    ),
  },
  {
    name: "an undo forgets the reward pool",
    patches: [
      patched(
        "chain-sync/ledger/overlay",
        "Overlay",
        "changes",
        (old) =>
          function (this: Anything) {
            const { delta, undo } = old.call(this);
            return { delta, undo: new Map([...undo].filter(([key]) => key !== "pool")) };
          },
      ),
    ],
  },
  {
    name: "a branch that is kept back holds up all else",
    patches: [
      patched(
        "chain-sync/sync/body-sync",
        "BodySync",
        "isCatchingUp",
        () =>
          function (this: Anything) {
            return this.isBehind;
          },
      ),
    ],
  },
  {
    name: "what was refused on one state is refused on the next",
    patches: [patched("chain-sync/pool/recently-refused", "RecentlyRefused", "forgetPassing", () => () => undefined)],
  },
  {
    name: "a transaction that was told once is never told again",
    patches: [patched("chain-sync/sync/transaction-relay", "TransactionRelay", "tellAll", () => () => undefined)],
  },
]);

/** @returns the undo */
export async function plantChain(name: string | undefined, load: LoadKernel): Promise<() => void> {
  const undo: (() => void)[] = [];
  for (const patch of chainPlants.find((each) => each.name === name)?.patches ?? []) undo.push(await patch(load));
  return () => {
    for (const each of undo.reverse()) each();
  };
}
